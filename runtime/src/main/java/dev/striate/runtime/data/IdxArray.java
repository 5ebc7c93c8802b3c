package dev.striate.runtime.data;

import dev.striate.core.Sizes;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An array of unsigned bytes from a file in the IDX format of the MNIST database (LeCun, Cortes and Burges 1998): two
 * zero bytes, the element type, the number of dimensions, the sizes of the dimensions as big-endian 32-bit integers,
 * the elements. Plain files are mapped; files compressed with gzip are unpacked once, outside the Java heap.
 *
 * @param path the file, for messages
 * @param count the first dimension: how many samples there are, at least 1
 * @param sample the other dimensions, each at least 1
 * @param bytes the elements, row-major
 */
record IdxArray(Path path, int count, Sizes sample, MemorySegment bytes) {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
    /** Deflate cannot compress better than this (RFC 1951: 258 bytes from 2 bits), so larger claims are false. */
    private static final long MAX_COMPRESSION = 1032;

    private static final String DAMAGED = "; the file is cut short or damaged, get it again";

    /**
     * Reads a file of the given number of dimensions.
     *
     * @throws DataException if the file cannot be read or is not exactly such an array
     */
    static IdxArray read(Path path, int rank, Arena arena) throws DataException {
        try (InputFile file = InputFile.open(path)) {
            byte[] start = new byte[(int) Math.min(headerBytes(rank), file.size())];
            file.read(0, MemorySegment.ofArray(start));
            return isGzip(start) ? unpack(file, rank, arena) : map(file, start, rank, arena);
        }
    }

    private static boolean isGzip(byte[] start) {
        return start.length >= 2 && start[0] == GZIP_MAGIC[0] && start[1] == GZIP_MAGIC[1];
    }

    private static IdxArray map(InputFile file, byte[] header, int rank, Arena arena) throws DataException {
        int[] sizes = sizes(file.path(), header, rank);
        long expected = product(file.path(), sizes);
        long actual = file.size() - header.length;
        if (actual != expected) {
            throw DataException.in(
                    file.path(),
                    "holds " + actual + " bytes after its header and not " + expected + " for " + Arrays.toString(sizes)
                            + DAMAGED);
        }
        return of(file.path(), sizes, file.map(header.length, expected, arena));
    }

    private static IdxArray unpack(InputFile file, int rank, Arena arena) throws DataException {
        try (InputStream in = new GZIPInputStream(file.stream())) {
            int[] sizes = sizes(file.path(), in.readNBytes(headerBytes(rank)), rank);
            long expected = product(file.path(), sizes);
            if (expected / MAX_COMPRESSION > file.size()) {
                throw DataException.in(
                        file.path(),
                        "claims " + expected + " bytes for " + Arrays.toString(sizes)
                                + ", more than can be packed into " + file.size() + DAMAGED);
            }
            MemorySegment bytes = file.allocate(expected, arena);
            if (!fill(bytes, in)) {
                throw DataException.in(
                        file.path(),
                        "does not unpack to exactly " + expected + " bytes for " + Arrays.toString(sizes) + DAMAGED);
            }
            return of(file.path(), sizes, bytes);
        } catch (IOException e) {
            throw DataException.because(file.path(), "cannot be unpacked (cut short or damaged, get it again)", e);
        }
    }

    private static IdxArray of(Path path, int[] sizes, MemorySegment bytes) {
        return new IdxArray(path, sizes[0], Sizes.of(Arrays.copyOfRange(sizes, 1, sizes.length)), bytes);
    }

    /** Whether the rest of {@code in} has exactly as many bytes as {@code target}. */
    private static boolean fill(MemorySegment target, InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (count > target.byteSize() - done) {
                return false;
            }
            MemorySegment.copy(buffer, 0, target, ValueLayout.JAVA_BYTE, done, count);
            done += count;
        }
        return done == target.byteSize();
    }

    private static int headerBytes(int rank) {
        return Integer.BYTES * (1 + rank);
    }

    private static int[] sizes(Path path, byte[] header, int rank) throws DataException {
        String type = header.length < Integer.BYTES ? null : type(header[2]);
        if (type == null || header[0] != 0 || header[1] != 0) {
            String first = HexFormat.ofDelimiter(" ").formatHex(header);
            throw DataException.in(path, "is not an IDX file: it begins with the bytes [" + first + "]");
        }
        if (header[2] != UNSIGNED_BYTE) {
            throw DataException.in(path, "holds " + type + "; convert it to unsigned bytes, the only type read");
        }
        if (header[3] != rank) {
            throw DataException.in(
                    path,
                    "has " + header[3] + " dimensions where " + rank
                            + " are expected; pictures have 3 and labels 1: are two files exchanged?");
        }
        if (header.length < headerBytes(rank)) {
            throw DataException.in(path, "ends within its header" + DAMAGED);
        }
        int[] sizes = new int[rank];
        ByteBuffer.wrap(header, Integer.BYTES, rank * Integer.BYTES)
                .asIntBuffer()
                .get(sizes);
        return sizes;
    }

    private static @Nullable String type(byte code) {
        return switch (code) {
            case UNSIGNED_BYTE -> "unsigned bytes";
            case 0x09 -> "signed bytes";
            case 0x0B -> "16-bit integers";
            case 0x0C -> "32-bit integers";
            case 0x0D -> "32-bit floats";
            case 0x0E -> "64-bit floats";
            default -> null;
        };
    }

    /** The number of elements; at most 2^62, since the first size and the product of the others are ints. */
    private static long product(Path path, int[] sizes) throws DataException {
        long perSample = 1;
        for (int i = 0; i < sizes.length; i++) {
            perSample = i == 0 ? 1 : perSample * sizes[i];
            if (sizes[i] < 1 || perSample > Integer.MAX_VALUE) {
                String unsigned = Arrays.toString(
                        Arrays.stream(sizes).mapToObj(Integer::toUnsignedString).toArray());
                throw DataException.in(
                        path, "has the sizes " + unsigned + ", which are not those of pictures or labels" + DAMAGED);
            }
        }
        return perSample * sizes[0];
    }
}
