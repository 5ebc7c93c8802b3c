package dev.striate.runtime.data;

import dev.striate.core.Sizes;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import dev.striate.runtime.io.OutputFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a net says of each of some samples at one of its values: CNN codes (Babenko et al. 2014), by which samples that are
 * alike can be found. In a file they are an array [samples, …] of NumPy's format, and beside it the samples' names, a line each.
 */
public final class Codes {
    private final List<String> names;
    private final Sizes shape;
    private final List<float[]> values;

    /**
     * A sample that is like another.
     *
     * @param index which one, from 0
     * @param name its name
     * @param similarity the cosine of the angle between both codes, from -1 to 1; 0 where one has no length
     */
    public record Neighbour(int index, String name, double similarity) {}

    /**
     * Codes that are in memory.
     *
     * @param names one for each sample, without line breaks
     * @param shape of one code
     * @param values one for each sample, in row-major order
     * @throws IllegalArgumentException when the counts differ, or a name has a line break
     */
    public Codes(List<String> names, Sizes shape, List<float[]> values) {
        if (names.size() != values.size() || values.stream().anyMatch(v -> v.length != shape.elements())) {
            throw new IllegalArgumentException(
                    names.size() + " names do not fit " + values.size() + " codes of the shape " + shape);
        }
        if (names.stream().anyMatch(n -> n.lines().count() > 1)) {
            throw new IllegalArgumentException("a name has a line break in it");
        }
        this.names = List.copyOf(names);
        this.shape = shape;
        this.values = List.copyOf(values);
    }

    /** The names of the samples. */
    public List<String> names() {
        return names;
    }

    /** The shape of one code. */
    public Sizes shape() {
        return shape;
    }

    /** A copy of the code of a sample, in row-major order. */
    public float[] of(int index) {
        return values.get(index).clone();
    }

    /** The samples whose codes are most like that of one of them, which is not among them; of equals the first. */
    public List<Neighbour> nearest(int index, int count) {
        float[] code = values.get(index);
        return IntStream.range(0, values.size())
                .filter(i -> i != index)
                .mapToObj(i -> new Neighbour(i, names.get(i), cosine(code, values.get(i))))
                .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
                .limit(count)
                .toList();
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        double cosine = product / Math.sqrt(squareA * squareB);
        return Double.isNaN(cosine) ? 0 : cosine;
    }

    /**
     * Writes the array, and the names beside it: {@code codes.txt} for {@code codes.npy}.
     *
     * @throws DataException when a file cannot be written
     */
    public void write(Path npy) throws DataException {
        Npy.write(npy, shape, values);
        byte[] lines = String.join("\n", names).concat("\n").getBytes(StandardCharsets.UTF_8);
        OutputFile.replace(beside(npy), out -> out.write(MemorySegment.ofArray(lines)));
    }

    /**
     * Reads an array with the names beside it.
     *
     * @throws DataException when a file is missing or damaged, or there is not one name for each code
     */
    public static Codes read(Path npy) throws DataException {
        Npy.Rows rows = Npy.rows(npy);
        Path file = beside(npy);
        List<String> names;
        try (InputFile text = InputFile.open(file)) {
            byte[] bytes = new byte[Math.toIntExact(Math.min(text.size(), Integer.MAX_VALUE - 8))];
            text.read(0, MemorySegment.ofArray(bytes));
            names = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
        if (names.size() != rows.values().size()) {
            throw DataException.in(
                    file,
                    "has " + names.size() + " names, and " + npy + " has "
                            + rows.values().size() + " codes");
        }
        return new Codes(names, rows.shape(), rows.values());
    }

    private static Path beside(Path npy) {
        String name = String.valueOf(npy.getFileName());
        return npy.resolveSibling((name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name) + ".txt");
    }
}
