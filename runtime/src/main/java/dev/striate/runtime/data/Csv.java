package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Numbers in lines, separated by commas; the last of a line is the class, counted from 0, or the number to be predicted.
 * The fields are {@code features} [D] and {@code label} or {@code target}.
 */
final class Csv {
    private Csv() {}

    /**
     * Reads a file.
     *
     * @param classes how many there are; 0 when the last column is a number to be predicted
     * @param header whether the first line is a heading
     * @param arena owns the numbers
     * @throws DataException if a line is not as long as the first, has what is no number, or a class out of range
     */
    static DataSet open(String name, Path path, int classes, boolean header, Arena arena) throws DataException {
        List<String> lines = lines(path);
        int first = header ? 1 : 0;
        int size = lines.size() - first;
        int columns = size < 1 ? 0 : cells(lines.get(first)).length;
        if (columns < 2) {
            throw DataException.in(
                    path, "has no lines of at least two numbers separated by commas; the last of each is the answer");
        }
        MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, (long) size * (columns - 1));
        MemorySegment targets = arena.allocate(ValueLayout.JAVA_FLOAT, size);
        for (int i = 0; i < size; i++) {
            String[] cells = cells(lines.get(first + i));
            if (cells.length != columns) {
                throw at(path, first + i, "has " + cells.length + " columns, and the first has " + columns);
            }
            for (int c = 0; c < columns - 1; c++) {
                long place = (long) i * (columns - 1) + c;
                values.setAtIndex(ValueLayout.JAVA_FLOAT, place, number(path, first + i, cells[c]));
            }
            float last = number(path, first + i, cells[columns - 1]);
            if (classes == 0) {
                targets.setAtIndex(ValueLayout.JAVA_FLOAT, i, last);
            } else if (last >= 0 && last < classes && last == Math.rint(last)) {
                targets.setAtIndex(ValueLayout.JAVA_INT, i, (int) last);
            } else {
                throw at(
                        path,
                        first + i,
                        "ends with " + DataException.quote(cells[columns - 1].strip())
                                + ", which is no class from 0 to " + (classes - 1));
            }
        }
        return new Table(name, List.of(Field.floats("features", columns - 1), Table.target(classes)), values, targets);
    }

    private static List<String> lines(Path path) throws DataException {
        try {
            return Files.readAllLines(path).stream().filter(l -> !l.isBlank()).toList();
        } catch (IOException e) {
            throw DataException.because(path, "cannot be read as text", e);
        }
    }

    private static String[] cells(String line) {
        return line.split(",", -1);
    }

    private static float number(Path path, int line, String cell) throws DataException {
        try {
            return Float.parseFloat(cell.strip());
        } catch (NumberFormatException _) {
            throw at(
                    path,
                    line,
                    "has " + DataException.quote(cell.strip()) + ", which is no number"
                            + (line == 0 ? "; if it is a heading, write header=true" : ""));
        }
    }

    private static DataException at(Path path, int line, String problem) {
        return DataException.in(path, "line " + (line + 1) + " " + problem);
    }
}
