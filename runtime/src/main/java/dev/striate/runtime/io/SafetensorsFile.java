package dev.striate.runtime.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file of float32 tensors, read into memory and checked.
 *
 * <p>The format (<a href="https://github.com/huggingface/safetensors#format">specification</a>): 8 bytes with the
 * length of the header, little-endian; the header; the values of all tensors, little-endian and row-major. Every rule
 * is checked before memory is allocated. The data is copied rather than mapped, since a mapped file that another
 * process cuts short takes the JVM down once native code touches it.
 */
public final class SafetensorsFile {
    private static final long LENGTH_BYTES = 8;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<TensorEntry> entries;
    private final Map<String, String> metadata;
    private final Map<String, MemorySegment> data = new LinkedHashMap<>();

    private SafetensorsFile(SafetensorsHeader header, MemorySegment values) {
        this.entries = header.entries();
        this.metadata = header.metadata();
        for (TensorEntry entry : entries) {
            data.put(entry.name(), values.asSlice(entry.offset(), entry.bytes()).asReadOnly());
        }
    }

    /**
     * Reads the whole file.
     *
     * @param arena owns the values, which take as many bytes as the file
     * @throws DataException if the file cannot be read, breaks a rule of the format or holds other types than F32
     */
    public static SafetensorsFile open(Path path, Arena arena) throws DataException {
        try (InputFile file = InputFile.open(path)) {
            long headerBytes = headerBytes(file);
            byte[] json = new byte[(int) headerBytes];
            file.read(LENGTH_BYTES, MemorySegment.ofArray(json));
            long dataStart = LENGTH_BYTES + headerBytes;
            SafetensorsHeader header = SafetensorsHeader.parse(path, json, file.size() - dataStart);
            MemorySegment values = file.allocate(file.size() - dataStart, arena);
            file.read(dataStart, values);
            return new SafetensorsFile(header, values);
        }
    }

    /** The tensors in the order of their data. */
    public List<TensorEntry> entries() {
        return entries;
    }

    /** The free-form strings that describe the file; empty if there are none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The values of a tensor, row-major, read-only, valid as long as the arena.
     *
     * @throws IllegalArgumentException if there is no tensor of that name
     */
    public MemorySegment data(String name) {
        MemorySegment values = data.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return values;
    }

    private static long headerBytes(InputFile file) throws DataException {
        if (file.size() < LENGTH_BYTES) {
            throw DataException.in(file.path(), "has " + file.size() + " bytes, too few for a safetensors file");
        }
        byte[] length = new byte[(int) LENGTH_BYTES];
        file.read(0, MemorySegment.ofArray(length));
        long bytes = MemorySegment.ofArray(length).get(LENGTH, 0);
        if (bytes < 0 || bytes > SafetensorsHeader.MAX_BYTES) {
            String problem = "claims a header of " + Long.toUnsignedString(bytes) + " bytes, and at most "
                    + SafetensorsHeader.MAX_BYTES + " are allowed; is this a safetensors file?";
            throw DataException.in(file.path(), problem);
        }
        if (bytes > file.size() - LENGTH_BYTES) {
            String problem =
                    "the file is cut short: its header has " + bytes + " bytes and the whole file " + file.size();
            throw DataException.in(file.path(), problem);
        }
        return bytes;
    }
}
