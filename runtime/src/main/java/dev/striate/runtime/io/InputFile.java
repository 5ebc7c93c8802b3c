package dev.striate.runtime.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A regular file being read at given positions. What goes wrong is told as a {@link DataException}. Pipes and devices
 * are refused, because reading one could wait forever or never end.
 */
public final class InputFile implements Closeable {
    /** Cache lines and the widest vectors are 64 bytes. */
    private static final long ALIGNMENT = 64;

    /** A {@link java.nio.ByteBuffer} holds less than 2 GiB, so larger segments are read in pieces. */
    private static final long PIECE = 1L << 30;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private InputFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
    }

    /**
     * Opens a file.
     *
     * @throws DataException if {@code path} is missing, not a regular file or not readable
     */
    public static InputFile open(Path path) throws DataException {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw DataException.in(path, "cannot be read: it is a folder or a device, not a file");
            }
            return new InputFile(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException e) {
            throw DataException.because(path, "cannot be read", e);
        }
    }

    /** The path as it was given. */
    public Path path() {
        return path;
    }

    /** The length in bytes when the file was opened. */
    public long size() {
        return size;
    }

    /**
     * Fills {@code target} with the bytes from {@code position} on.
     *
     * @throws DataException if the file ends before {@code target} is full, or cannot be read
     */
    public void read(long position, MemorySegment target) throws DataException {
        try {
            for (long done = 0; done < target.byteSize(); ) {
                long piece = Math.min(PIECE, target.byteSize() - done);
                int count = channel.read(target.asSlice(done, piece).asByteBuffer(), position + done);
                if (count < 0) {
                    throw DataException.in(path, "the file ended while it was read; was it being written?");
                }
                done += count;
            }
        } catch (IOException e) {
            throw DataException.because(path, "cannot be read", e);
        }
    }

    /**
     * Maps {@code bytes} bytes from {@code position} on, without copying them.
     *
     * @param arena unmaps the segment when it is closed
     * @throws DataException if the file cannot be mapped
     */
    public MemorySegment map(long position, long bytes, Arena arena) throws DataException {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, position, bytes, arena);
        } catch (IOException e) {
            throw DataException.because(path, "cannot be mapped into memory", e);
        }
    }

    /**
     * Allocates memory for {@code bytes} bytes of this file's content, aligned for the widest vectors. Callers have
     * checked {@code bytes} against the file's length before.
     *
     * @throws DataException if there is not that much memory
     */
    public MemorySegment allocate(long bytes, Arena arena) throws DataException {
        try {
            return arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw DataException.in(
                    path, "needs " + bytes + " bytes of memory outside the Java heap, more than the system gives");
        }
    }

    /** The bytes from the start on, as a stream; closing it closes this file. */
    public InputStream stream() {
        return Channels.newInputStream(channel);
    }

    @Override
    public void close() throws DataException {
        try {
            channel.close();
        } catch (IOException e) {
            throw DataException.because(path, "cannot be closed", e);
        }
    }
}
