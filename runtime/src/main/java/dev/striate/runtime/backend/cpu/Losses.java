package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.OneHot;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.core.kernel.TopK;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Softmax, losses and metrics. */
final class Losses {
    /** What an exponential costs, in elements of an element-wise kernel. */
    private static final int EXPONENTIAL = 4;

    // The arrays of the scratch memory.
    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final Cpu cpu;

    Losses(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable softmax(Softmax kernel, Operands o) {
        Tensor x = o.in(0);
        Column column = Column.of(x.shape());
        reserve(column);
        return columns(x, column, (i, slot) -> {
            float[] row = cpu.scratch().array(slot, FIRST);
            column.load(x, i, row);
            double sum = exponentials(row, slot, column.classes());
            scale(row, (float) (1 / sum), column.classes());
            column.store(row, o.out(), i);
        });
    }

    Runnable softmaxGradient(SoftmaxGrad kernel, Operands o) {
        Column column = Column.of(o.in(0).shape());
        int classes = column.classes();
        reserve(column);
        return columns(o.in(0), column, (i, slot) -> {
            float[] g = cpu.scratch().array(slot, FIRST);
            float[] y = cpu.scratch().array(slot, SECOND);
            column.load(o.in(0), i, g);
            column.load(o.in(1), i, y);
            double dot = 0;
            for (int c = 0; c < classes; c++) {
                dot += (double) g[c] * y[c];
            }
            for (int c = 0; c < classes; c++) {
                g[c] = (float) (y[c] * (g[c] - dot));
            }
            column.store(g, o.out(), i);
        });
    }

    Runnable logSoftmax(LogSoftmax kernel, Operands o) {
        Tensor x = o.in(0);
        Column column = Column.of(x.shape());
        reserve(column);
        return columns(x, column, (i, slot) -> {
            float[] row = cpu.scratch().array(slot, FIRST);
            column.load(x, i, row);
            double max = max(row, column.classes());
            double log = Math.log(exponentials(row, slot, column.classes()));
            column.load(x, i, row);
            for (int c = 0; c < column.classes(); c++) {
                row[c] = (float) (row[c] - max - log);
            }
            column.store(row, o.out(), i);
        });
    }

    Runnable logSoftmaxGradient(LogSoftmaxGrad kernel, Operands o) {
        Column column = Column.of(o.in(0).shape());
        reserve(column);
        return columns(o.in(0), column, (i, slot) -> {
            float[] g = cpu.scratch().array(slot, FIRST);
            float[] y = cpu.scratch().array(slot, SECOND);
            column.load(o.in(0), i, g);
            column.load(o.in(1), i, y);
            double sum = 0;
            for (int c = 0; c < column.classes(); c++) {
                sum += g[c];
            }
            for (int c = 0; c < column.classes(); c++) {
                g[c] = (float) (g[c] - Math.exp(y[c]) * sum);
            }
            column.store(g, o.out(), i);
        });
    }

    /** The loss of every place first, then their sum in the order of the places. */
    KernelFactory<CrossEntropy> crossEntropy() {
        return new KernelFactory<>() {
            @Override
            public long workspace(CrossEntropy kernel, List<Sizes> operands) {
                return (long) Double.BYTES * operands.get(1).elements();
            }

            @Override
            public Runnable bind(CrossEntropy kernel, Operands o) {
                int places = o.in(1).elements();
                int classes = o.in(0).shape().dim(1);
                Runnable each = ofPlaces(kernel, o);
                return () -> {
                    each.run();
                    double sum = 0;
                    for (int i = 0; i < places; i++) {
                        sum += o.workspace().getAtIndex(JAVA_DOUBLE, i);
                    }
                    double counted = counted(kernel, o, 1, classes);
                    o.out().set(0, counted == 0 ? 0 : (float) (sum / counted));
                };
            }
        };
    }

    private Runnable ofPlaces(CrossEntropy kernel, Operands o) {
        Tensor x = o.in(0);
        Column column = Column.of(x.shape());
        int classes = column.classes();
        reserve(column);
        return columns(x, column, (place, slot) -> {
            int label = o.label(1, place, classes, kernel.ignore());
            double loss = 0;
            if (kernel.weight(label) != 0) {
                float[] row = cpu.scratch().array(slot, FIRST);
                column.load(x, place, row);
                double max = max(row, classes);
                for (int c = 0; c < classes; c++) {
                    double target = kernel.target(c == label, classes);
                    loss -= target == 0 ? 0 : target * row[c];
                }
                if (!kernel.logarithms()) {
                    loss += Math.log(exponentials(row, slot, classes)) + max;
                }
                loss *= kernel.weight(label);
            }
            o.workspace().setAtIndex(JAVA_DOUBLE, place, loss);
        });
    }

    /** What all labels count together. */
    private static double counted(CrossEntropy loss, Operands o, int labels, int classes) {
        double counted = 0;
        for (int place = 0; place < o.in(labels).elements(); place++) {
            counted += loss.weight(o.label(labels, place, classes, loss.ignore()));
        }
        return counted;
    }

    Runnable crossEntropyGradient(CrossEntropyGrad kernel, Operands o) {
        Tensor x = o.in(1);
        CrossEntropy loss = kernel.loss();
        Column column = Column.of(x.shape());
        int classes = column.classes();
        reserve(column);
        double[] counted = new double[1];
        Runnable each = columns(x, column, (place, slot) -> {
            int label = o.label(2, place, classes, loss.ignore());
            float[] row = cpu.scratch().array(slot, FIRST);
            column.load(x, place, row);
            double sum = 1;
            if (loss.logarithms()) {
                Arrays.fill(row, 0, classes, 0);
            } else {
                sum = exponentials(row, slot, classes);
            }
            double weight = loss.weight(label);
            double factor = weight == 0 ? 0 : o.in(0).get(0) * weight / sum / counted[0];
            for (int c = 0; c < classes; c++) {
                // In float64: near certainty only this difference is left.
                row[c] = (float) (factor * (row[c] - sum * loss.target(c == label, classes)));
            }
            column.store(row, o.out(), place);
        });
        return () -> {
            counted[0] = counted(loss, o, 2, classes);
            each.run();
        };
    }

    SampleMean.Sample quadratic(Quadratic kernel, Operands o) {
        Tensor y = o.in(0);
        Tensor target = o.in(1);
        int size = y.shape().elementsFrom(1);
        return (n, slot) -> {
            double sum = 0;
            for (int i = n * size; i < (n + 1) * size; i++) {
                double d = (double) y.get(i) - target.get(i);
                sum += d * d;
            }
            return sum / 2;
        };
    }

    Runnable quadraticGradient(QuadraticGrad kernel, Operands o) {
        MemorySegment y = o.in(1).data();
        MemorySegment target = o.in(2).data();
        MemorySegment gradient = o.out().data();
        int elements = o.out().elements();
        int batch = o.out().shape().dim(0);
        return cpu.parallel(Math.ceilDiv(elements, Cpu.GRAIN), (block, slot) -> {
            float scale = o.in(0).get(0) / batch;
            int end = (int) Math.min(elements, (block + 1L) * Cpu.GRAIN);
            for (int i = block * Cpu.GRAIN; i < end; i++) {
                long at = Elements.offset(i);
                gradient.set(JAVA_FLOAT, at, scale * (y.get(JAVA_FLOAT, at) - target.get(JAVA_FLOAT, at)));
            }
        });
    }

    Runnable oneHot(OneHot kernel, Operands o) {
        Lines lines = Lines.alongChannels(o.out().shape());
        return cpu.forEach(lines.size(), kernel.classes(), (place, slot) -> {
            int label = o.label(0, place, kernel.classes());
            for (int c = 0; c < kernel.classes(); c++) {
                o.out().set(lines.at(place, c), c == label ? 1 : 0);
            }
        });
    }

    SampleMean.Sample topK(TopK kernel, Operands o) {
        Tensor scores = o.in(0);
        int classes = scores.shape().dim(1);
        return (n, slot) -> {
            int label = o.label(1, n, classes);
            float own = scores.get(n * classes + label);
            int larger = 0;
            for (int c = 0; c < classes; c++) {
                float other = scores.get(n * classes + c);
                larger += other > own || (other == own && c < label) ? 1 : 0;
            }
            return larger < kernel.k() && !Float.isNaN(own) ? 1 : 0;
        };
    }

    private void reserve(Column column) {
        cpu.scratch().reserve(FIRST, column.classes());
        cpu.scratch().reserve(SECOND, column.classes());
    }

    private Runnable columns(Tensor x, Column column, Cpu.Item item) {
        int columns = x.elements() / column.classes();
        return cpu.forEach(columns, (long) column.classes() * EXPONENTIAL, item);
    }

    /** Replaces each element by the exponential of its distance from the largest; their sum. */
    private double exponentials(float[] row, int slot, int n) {
        float max = max(row, n);
        for (int i = 0; i < n; i++) {
            row[i] -= max;
        }
        VectorMath.exp(row, row, cpu.scratch().array(slot, SECOND), n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += row[i];
        }
        return sum;
    }

    private static float max(float[] row, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, row[i]);
        }
        return max;
    }

    private static void scale(float[] row, float factor, int n) {
        for (int i = 0; i < n; i++) {
            row[i] *= factor;
        }
    }
}
