package dev.striate.runtime.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.striate.core.Sizes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file: an object in JSON with one member per tensor,
 * {@code "name": {"dtype": "F32", "shape": [6, 1, 5, 5], "data_offsets": [0, 600]}}, and optionally
 * {@code "__metadata__"}, a map from strings to strings. What cannot be decided from one tensor alone (do the tensors
 * together cover the data, without holes and overlaps) is checked once all are known.
 *
 * @param entries the tensors in the order of their data
 * @param metadata the free-form strings, in the order of the file
 */
record SafetensorsHeader(List<TensorEntry> entries, Map<String, String> metadata) {
    /** The name that cannot be a tensor's. */
    static final String METADATA = "__metadata__";

    /** The longest header that readers accept. */
    static final int MAX_BYTES = 100_000_000;

    private static final Set<String> OTHER_TYPES = Set.of(
            "BOOL", "U8", "I8", "U16", "I16", "F16", "BF16", "U32", "I32", "U64", "I64", "F64", "C64", "F4", "F6_E2M3",
            "F6_E3M2", "F8_E5M2", "F8_E4M3", "F8_E8M0");
    private static final int MAX_RANK = 32;

    /**
     * Names are not made canonical because a hostile file could make that slow; the deepest value of a valid header, a
     * number in a shape, is three levels down.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxNumberLength(20)
                    .maxNameLength(MAX_BYTES)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .build();

    /**
     * Reads and checks a header.
     *
     * @param file named by the errors
     * @param json the bytes of the header, with the spaces that pad it
     * @param dataBytes how many bytes follow the header
     * @throws DataException if the header breaks a rule of the format or does not fit the data
     */
    static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) throws DataException {
        if (json.length == 0 || json[0] != '{') {
            throw DataException.in(file, "the header does not begin with '{'; is this a safetensors file?");
        }
        try (JsonParser parser = JSON.createParser(utf8(file, json))) {
            SafetensorsHeader header = new Reader(file, parser, dataBytes).header();
            checkCoverage(file, header.entries, dataBytes);
            return header;
        } catch (JsonProcessingException e) {
            throw DataException.in(file, "the header is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw DataException.because(file, "cannot be read", e);
        }
    }

    /** Decoded here because the parser would guess other encodings and let malformed bytes pass. */
    private static String utf8(Path file, byte[] json) throws DataException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException _) {
            throw DataException.in(file, "the header is not valid UTF-8; the file is damaged");
        }
    }

    private static void checkCoverage(Path file, List<TensorEntry> entries, long dataBytes) throws DataException {
        long covered = 0;
        for (TensorEntry entry : entries) {
            if (entry.offset() != covered) {
                String what = entry.offset() < covered ? "overlaps the tensor before it" : "leaves a hole before it";
                throw DataException.in(
                        file,
                        "tensor " + DataException.quote(entry.name()) + " begins at byte " + entry.offset()
                                + " of the data and not at " + covered + ", so it " + what);
            }
            covered += entry.bytes();
        }
        if (covered != dataBytes) {
            throw DataException.in(file, (dataBytes - covered) + " bytes follow the data of the last tensor");
        }
    }

    /** Walks the JSON once; every method leaves the parser on the last token of what it read. */
    private record Reader(Path file, JsonParser json, long dataBytes) {
        SafetensorsHeader header() throws IOException {
            List<TensorEntry> entries = new ArrayList<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            json.nextToken();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                if (name.equals(METADATA)) {
                    readMetadata(metadata);
                } else {
                    entries.add(entry(name));
                }
            }
            if (json.nextToken() != null) {
                throw wrong("the header goes on after its closing '}'");
            }
            entries.sort(Comparator.comparingLong(TensorEntry::offset).thenComparingLong(TensorEntry::bytes));
            return new SafetensorsHeader(List.copyOf(entries), Collections.unmodifiableMap(metadata));
        }

        private void readMetadata(Map<String, String> metadata) throws IOException {
            expect(json.nextToken() == JsonToken.START_OBJECT, METADATA + " is not a map");
            for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
                String value = json.nextTextValue();
                if (value == null) {
                    throw wrong(METADATA + " has the entry " + DataException.quote(key) + ", which is not a string");
                }
                metadata.put(key, value);
            }
        }

        private TensorEntry entry(String name) throws IOException {
            String tensor = "tensor " + DataException.quote(name);
            expect(json.nextToken() == JsonToken.START_OBJECT, tensor + " is not described by an object");
            boolean typed = false;
            long[] shape = null;
            long[] offsets = null;
            for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
                switch (key) {
                    case "dtype" -> typed = readType(tensor);
                    case "shape" -> shape = numbers(tensor, key);
                    case "data_offsets" -> offsets = numbers(tensor, key);
                    default -> throw wrong(tensor + " has the unknown member " + DataException.quote(key));
                }
            }
            expect(typed, tensor + " has no dtype");
            if (shape == null || offsets == null) {
                throw wrong(tensor + " has no " + (shape == null ? "shape" : "data_offsets"));
            }
            Sizes sizes = sizes(tensor, shape);
            long bytes = (long) Float.BYTES * sizes.elements();
            checkOffsets(tensor, sizes, bytes, offsets);
            return new TensorEntry(name, sizes, offsets[0], bytes);
        }

        /** Accepts F32 alone; returns true so that its absence can be told. */
        private boolean readType(String tensor) throws IOException {
            String type = json.nextTextValue();
            if (type == null || (!type.equals("F32") && !OTHER_TYPES.contains(type))) {
                throw wrong(tensor + " has the dtype " + DataException.quote(json.getText())
                        + ", which the format does not know");
            }
            expect(type.equals("F32"), tensor + " holds " + type + " values; convert it to F32, the only type read");
            return true;
        }

        private long[] numbers(String tensor, String key) throws IOException {
            expect(json.nextToken() == JsonToken.START_ARRAY, tensor + ": " + key + " is not a list");
            long[] numbers = new long[MAX_RANK];
            int count = 0;
            for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                boolean whole = token == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && json.getLongValue() >= 0;
                expect(whole, tensor + ": " + key + " has an element that is not a whole number of 63 bits");
                expect(count < MAX_RANK, tensor + ": " + key + " has more than " + MAX_RANK + " elements");
                numbers[count++] = json.getLongValue();
            }
            return Arrays.copyOf(numbers, count);
        }

        private Sizes sizes(String tensor, long[] shape) throws DataException {
            int[] sizes = new int[shape.length];
            long elements = 1;
            for (int i = 0; i < shape.length; i++) {
                sizes[i] = (int) shape[i];
                elements *= sizes[i];
                expect(
                        sizes[i] == shape[i] && elements <= Integer.MAX_VALUE,
                        tensor + " of shape " + Arrays.toString(shape) + " has more than 2^31 - 1 elements");
            }
            return Sizes.of(sizes);
        }

        private void checkOffsets(String tensor, Sizes shape, long bytes, long[] offsets) throws DataException {
            String given = tensor + " of shape " + shape + " has the data_offsets " + Arrays.toString(offsets);
            expect(offsets.length == 2, given + ", which are not a begin and an end");
            expect(offsets[1] - offsets[0] == bytes, given + ", and needs " + bytes + " bytes");
            expect(
                    offsets[1] <= dataBytes,
                    given + ", and only " + dataBytes + " bytes of data follow the header: the file is cut short");
        }

        private void expect(boolean holds, String otherwise) throws DataException {
            if (!holds) {
                throw wrong(otherwise);
            }
        }

        private DataException wrong(String problem) {
            return DataException.in(file, problem);
        }
    }
}
