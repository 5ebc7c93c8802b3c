package dev.striate.runtime.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes float32 tensors as a safetensors file. The bytes depend on the arguments alone: tensors in the given order,
 * metadata sorted by key. The header is padded with spaces so that the values begin at a multiple of 8 bytes.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * Writes the file, replacing an existing one in one step once all is on the disk.
     *
     * @param metadata free-form strings; left out of the file if empty
     * @throws IllegalArgumentException if two tensors share a name, one is called {@code __metadata__}, or
     *     a string is not well-formed Unicode
     * @throws DataException if the file cannot be written; an existing file is then untouched
     */
    public static void write(Path path, List<NamedTensor> tensors, Map<String, String> metadata) throws DataException {
        check(tensors, metadata);
        OutputFile.replace(path, out -> {
            byte[] header = header(tensors, metadata);
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.write(MemorySegment.ofArray(length.putLong(header.length).array()));
            out.write(MemorySegment.ofArray(header));
            for (NamedTensor tensor : tensors) {
                out.write(tensor.data());
            }
        });
    }

    private static void check(List<NamedTensor> tensors, Map<String, String> metadata) {
        Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
        for (NamedTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("the tensor name " + tensor.name() + " is taken");
            }
        }
        names.addAll(metadata.keySet());
        names.addAll(metadata.values());
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(String.join("", names))) {
            throw new IllegalArgumentException("the names and metadata are not well-formed Unicode: " + names);
        }
    }

    private static byte[] header(List<NamedTensor> tensors, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (NamedTensor tensor : tensors) {
                writeEntry(json, tensor, offset);
                offset += tensor.data().byteSize();
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        if (bytes.size() > SafetensorsHeader.MAX_BYTES) {
            throw new IOException("the header has more than " + SafetensorsHeader.MAX_BYTES + " bytes");
        }
        return bytes.toByteArray();
    }

    private static void writeEntry(JsonGenerator json, NamedTensor tensor, long offset) throws IOException {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", "F32");
        int[] shape = tensor.shape().toArray();
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, offset + tensor.data().byteSize()}, 0, 2);
        json.writeEndObject();
    }
}
