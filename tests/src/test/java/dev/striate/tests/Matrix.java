package dev.striate.tests;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A matrix in float64, with the textbook's operations. */
final class Matrix {
    private final int rows;
    private final int columns;
    private final double[] cells;

    Matrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.cells = new double[rows * columns];
    }

    /** Of float32 values in row-major order. */
    Matrix(int rows, int columns, float[] values) {
        this(rows, columns);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = values[i];
        }
    }

    double at(int row, int column) {
        return cells[row * columns + column];
    }

    void set(int row, int column, double value) {
        cells[row * columns + column] = value;
    }

    /** The cells as float32, in row-major order. */
    float[] values() {
        float[] values = new float[cells.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) cells[i];
        }
        return values;
    }

    Matrix transposed() {
        Matrix result = new Matrix(columns, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result.set(j, i, at(i, j));
            }
        }
        return result;
    }

    Matrix times(Matrix other) {
        Matrix result = new Matrix(rows, other.columns);
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                addTo(result.cells, i * other.columns, at(i, k), other.cells, k * other.columns, other.columns);
            }
        }
        return result;
    }

    /** A loop of its own, which the JVM turns into vector instructions: thousands of steps of training go through it. */
    private static void addTo(double[] sum, int at, double factor, double[] row, int from, int length) {
        for (int j = 0; j < length; j++) {
            sum[at + j] += factor * row[from + j];
        }
    }

    Matrix minus(Matrix other) {
        return with(other, (a, b) -> a - b);
    }

    /** Element by element. */
    Matrix product(Matrix other) {
        return with(other, (a, b) -> a * b);
    }

    /** The same where the mask is positive, else 0. */
    Matrix where(Matrix mask) {
        return with(mask, (a, b) -> b > 0 ? a : 0);
    }

    private Matrix with(Matrix other, DoubleBinaryOperator function) {
        Matrix result = new Matrix(rows, columns);
        for (int i = 0; i < cells.length; i++) {
            result.cells[i] = function.applyAsDouble(cells[i], other.cells[i]);
        }
        return result;
    }

    double sum() {
        return Arrays.stream(cells).sum();
    }

    Matrix map(DoubleUnaryOperator function) {
        Matrix result = new Matrix(rows, columns);
        for (int i = 0; i < cells.length; i++) {
            result.cells[i] = function.applyAsDouble(cells[i]);
        }
        return result;
    }
}
