package dev.striate.runtime.data;

import dev.striate.core.Sizes;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import dev.striate.runtime.io.OutputFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Arrays in NumPy's format (NEP 1, versions 1 and 2): little-endian, in C order. Bytes are scaled to [0, 1], as those of
 * pictures; other numbers are taken as they are. An array [N, H, W] is grey pictures [1, H, W]. The fields are {@code
 * image} and {@code label} or {@code target}.
 */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    /** Where the numbers begin is a multiple of this. */
    private static final int ALIGNMENT = 64;

    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*True");
    private static final float LARGEST = 255;

    private Npy() {}

    /** An array: its element type as NumPy writes it, its shape and its bytes. */
    private record Numbers(Path path, String type, Sizes shape, MemorySegment bytes) {
        int width() {
            return type.charAt(2) - '0';
        }

        double at(long i) {
            return switch (type) {
                case "|u1" -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
                case "|i1", "|b1" -> bytes.get(ValueLayout.JAVA_BYTE, i);
                case "<i4" -> bytes.get(little(ValueLayout.JAVA_INT_UNALIGNED), i * Integer.BYTES);
                case "<i8" ->
                    (double) bytes.get(
                            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), i * Long.BYTES);
                case "<f4" ->
                    bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), i * Float.BYTES);
                default ->
                    bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), i * Double.BYTES);
            };
        }

        private static ValueLayout.OfInt little(ValueLayout.OfInt layout) {
            return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Reads samples and their answers.
     *
     * @param classes how many there are; 0 when the answers are numbers to be predicted
     * @param arena owns the numbers
     * @throws DataException if a file is not of the format, or does not fit the other
     */
    static DataSet open(String name, Path images, Path labels, int classes, Arena arena) throws DataException {
        try (Arena own = Arena.ofConfined()) {
            Numbers samples = read(images, own);
            Numbers answers = read(labels, own);
            int size = samples.shape.dim(0);
            if (answers.shape.rank() != 1 || answers.shape.dim(0) != size) {
                throw DataException.in(
                        labels,
                        "has the shape " + answers.shape + ", and there are " + size + " samples in " + images
                                + "; there must be one answer for each");
            }
            int[] whole = samples.shape.toArray();
            int[] shape = Arrays.copyOfRange(whole, 1, whole.length);
            Field field = Field.floats("image", shape.length == 2 ? new int[] {1, shape[0], shape[1]} : shape);
            long count = (long) size * field.shape().elements();
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, count);
            float scale = samples.type.equals("|u1") ? LARGEST : 1;
            for (long i = 0; i < count; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) samples.at(i) / scale);
            }
            return new Table(name, List.of(field, Table.target(classes)), values, targets(answers, classes, arena));
        }
    }

    /**
     * The rows of an array.
     *
     * @param shape of each
     * @param values the numbers of each, in row-major order
     */
    record Rows(Sizes shape, List<float[]> values) {}

    /**
     * Reads an array of at least two axes.
     *
     * @throws DataException when the file is not of the format
     */
    static Rows rows(Path path) throws DataException {
        try (Arena own = Arena.ofConfined()) {
            Numbers numbers = read(path, own);
            if (numbers.shape.rank() < 2) {
                throw DataException.in(path, "has the shape " + numbers.shape + ", which is not that of rows");
            }
            int[] whole = numbers.shape.toArray();
            Sizes shape = Sizes.of(Arrays.copyOfRange(whole, 1, whole.length));
            List<float[]> rows = new ArrayList<>();
            for (int r = 0; r < whole[0]; r++) {
                float[] row = new float[shape.elements()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = (float) numbers.at((long) r * row.length + i);
                }
                rows.add(row);
            }
            return new Rows(shape, rows);
        }
    }

    /**
     * Writes an array [rows, …] of float32 in version 1 of the format.
     *
     * @param shape of each row
     * @throws DataException when the file cannot be written
     */
    static void write(Path path, Sizes shape, List<float[]> rows) throws DataException {
        String sizes = Stream.concat(Stream.of(rows.size()), shape.toList().stream())
                .map(size -> size + ",")
                .collect(Collectors.joining(" "));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
        int begin = MAGIC.length + 4;
        int padding = ALIGNMENT - (begin + header.length() + 1) % ALIGNMENT;
        String padded = header + " ".repeat(padding) + "\n";
        ByteBuffer start = ByteBuffer.allocate(begin + padded.length()).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
        start.put(padded.getBytes(StandardCharsets.ISO_8859_1));
        OutputFile.replace(path, out -> {
            out.write(MemorySegment.ofArray(start.array()));
            ByteBuffer bytes =
                    ByteBuffer.allocate(shape.elements() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float[] row : rows) {
                bytes.asFloatBuffer().put(row);
                out.write(MemorySegment.ofArray(bytes.array()));
            }
        });
    }

    private static MemorySegment targets(Numbers answers, int classes, Arena arena) throws DataException {
        MemorySegment targets = arena.allocate(ValueLayout.JAVA_FLOAT, answers.shape.dim(0));
        for (int i = 0; i < answers.shape.dim(0); i++) {
            double answer = answers.at(i);
            if (classes == 0) {
                targets.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) answer);
            } else if (answer >= 0 && answer < classes && answer == Math.rint(answer)) {
                targets.setAtIndex(ValueLayout.JAVA_INT, i, (int) answer);
            } else {
                throw DataException.in(
                        answers.path,
                        "answer " + i + " is " + answer + ", which is no class from 0 to " + (classes - 1));
            }
        }
        return targets;
    }

    private static Numbers read(Path path, Arena arena) throws DataException {
        try (InputFile file = InputFile.open(path)) {
            byte[] start = new byte[(int) Math.min(LONGEST_HEADER, file.size())];
            file.read(0, MemorySegment.ofArray(start));
            if (start.length < 12 || !Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
                throw DataException.in(path, "is not a file of NumPy's format npy");
            }
            int sizeBytes = start[6] == 1 ? 2 : 4;
            long length = 0;
            for (int i = sizeBytes - 1; i >= 0; i--) {
                length = length << 8 | Byte.toUnsignedInt(start[8 + i]);
            }
            long begin = 8 + sizeBytes + length;
            if (begin > start.length) {
                throw DataException.in(path, "ends within its header; it is cut short or damaged");
            }
            String header = new String(start, 8 + sizeBytes, (int) length, StandardCharsets.ISO_8859_1);
            return numbers(file, header, begin, arena);
        }
    }

    private static Numbers numbers(InputFile file, String header, long begin, Arena arena) throws DataException {
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !shape.find() || FORTRAN.matcher(header).find()) {
            throw DataException.in(file.path(), "is no plain array in C order; save it with numpy.ascontiguousarray");
        }
        if (!List.of("|u1", "|i1", "|b1", "<i4", "<i8", "<f4", "<f8").contains(type.group(1))) {
            throw DataException.in(
                    file.path(),
                    "holds numbers of the type " + DataException.quote(type.group(1))
                            + "; save it as uint8, int32, int64, float32 or float64");
        }
        Sizes sizes = sizes(file.path(), shape.group(1));
        Numbers numbers = new Numbers(file.path(), type.group(1), sizes, MemorySegment.NULL);
        long expected = (long) sizes.elements() * numbers.width();
        if (file.size() - begin != expected) {
            throw DataException.in(
                    file.path(),
                    "holds " + (file.size() - begin) + " bytes after its header and not " + expected + " for " + sizes
                            + "; it is cut short or damaged");
        }
        return new Numbers(file.path(), type.group(1), sizes, file.map(begin, expected, arena));
    }

    private static Sizes sizes(Path path, String text) throws DataException {
        try {
            int[] sizes = Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            if (sizes.length > 0 && Sizes.of(sizes).elements() > 0) {
                return Sizes.of(sizes);
            }
        } catch (IllegalArgumentException | ArithmeticException _) {
            // Said below, as for an array without elements.
        }
        throw DataException.in(path, "has the shape (" + text + "), which is not that of samples");
    }
}
