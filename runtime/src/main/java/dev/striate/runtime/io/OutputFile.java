package dev.striate.runtime.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears whole or not at all. The content goes to a temporary file in the same folder, is synced to the
 * disk and only then takes the name of the target, in one atomic step. Whatever goes wrong before that, including
 * loss of power, leaves an existing target as it was.
 */
public final class OutputFile {
    /** A {@link ByteBuffer} holds less than 2 GiB, so larger segments are written in pieces. */
    private static final long PIECE = 1L << 30;

    private final FileChannel channel;

    private OutputFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Produces the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content to {@code out}, in order. */
        void writeTo(OutputFile out) throws IOException;
    }

    /**
     * Writes {@code target}. A file that exists is replaced and keeps its permissions; a link stays, and the file that it leads to
     * is replaced. What is no file, such as a device or a pipe, is written to as it is.
     *
     * @throws DataException if the content or the file cannot be written; {@code target}, where it is a file, is
     *     then untouched and the temporary file removed
     */
    public static void replace(Path target, Content content) throws DataException {
        if (target.getFileName() == null || Files.isDirectory(target)) {
            throw DataException.in(target, "cannot be written: it is a folder");
        }
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                    content.writeTo(new OutputFile(channel));
                }
            } else {
                replaceFile(behindLinks(target), content);
            }
        } catch (IOException e) {
            throw DataException.because(target, "cannot be written", e);
        }
    }

    /** The file that a link leads to, whether it exists or not. */
    private static Path behindLinks(Path target) throws IOException {
        if (Files.exists(target)) {
            return target.toRealPath();
        }
        Path absolute = target.toAbsolutePath();
        return Files.isSymbolicLink(absolute) ? absolute.resolveSibling(Files.readSymbolicLink(absolute)) : absolute;
    }

    private static void replaceFile(Path target, Content content) throws IOException {
        String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(new OutputFile(channel));
                channel.force(true);
            }
            if (Files.exists(target)) {
                keepPermissions(target, temporary);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(temporary);
        }
        sync(target.getParent());
    }

    /** Gives a file the permissions of another, where the system has such. */
    private static void keepPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (old != null && view != null) {
            view.setPermissions(old.readAttributes().permissions());
        }
    }

    /** Appends all bytes of {@code segment}, which is off-heap or backed by a {@code byte[]}. */
    public void write(MemorySegment segment) throws IOException {
        for (long done = 0; done < segment.byteSize(); ) {
            long piece = Math.min(PIECE, segment.byteSize() - done);
            done += channel.write(segment.asSlice(done, piece).asByteBuffer());
        }
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // The error that led here is the one to report; a left-over temporary file does no harm.
        }
    }

    /** Makes the new name itself durable. Systems that cannot open a folder do without. */
    private static void sync(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // Windows refuses to open folders; the content itself has been synced.
        }
    }
}
