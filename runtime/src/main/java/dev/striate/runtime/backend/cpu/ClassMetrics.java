package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * How often each class is predicted and meant: first the prediction of every place, then the counts.
 *
 * @param cpu the session's
 */
record ClassMetrics(Cpu cpu) implements KernelFactory<ClassMetric> {
    // The arrays of the scratch memory.
    private static final int SCORES = 0;

    @Override
    public long workspace(ClassMetric kernel, List<Sizes> operands) {
        return (long) Integer.BYTES * operands.get(1).elements();
    }

    @Override
    public Runnable bind(ClassMetric kernel, Operands o) {
        Tensor scores = o.in(0);
        Column column = Column.of(scores.shape());
        int classes = column.classes();
        cpu.scratch().reserve(SCORES, classes);
        MemorySegment guesses = o.workspace();
        Runnable guess = cpu.forEach(o.in(1).elements(), classes, (place, slot) -> {
            float[] row = cpu.scratch().array(slot, SCORES);
            column.load(scores, place, row);
            guesses.setAtIndex(JAVA_INT, place, largest(row, classes));
        });
        double[] counts = new double[classes * classes];
        return new Tally(kernel, counts, () -> {
            guess.run();
            Arrays.fill(counts, 0);
            for (int place = 0; place < o.in(1).elements(); place++) {
                int label = o.label(1, place, classes, kernel.ignore());
                if (label != kernel.ignore()) {
                    int guessed = guesses.getAtIndex(JAVA_INT, place);
                    counts[label * classes + guessed]++;
                }
            }
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.result(counts, i));
            }
        });
    }

    private static int largest(float[] row, int n) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            if (row[i] > most) {
                best = i;
                most = row[i];
            }
        }
        return best;
    }
}
