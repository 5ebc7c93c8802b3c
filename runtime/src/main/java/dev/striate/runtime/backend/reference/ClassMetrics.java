package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Lines;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.tensor.Tensor;
import java.util.Arrays;

/** How often each class is predicted and meant. */
final class ClassMetrics {
    private ClassMetrics() {}

    static Runnable of(ClassMetric kernel, Operands o) {
        Tensor scores = o.in(0);
        Lines lines = Lines.alongChannels(scores.shape());
        int classes = lines.count();
        double[] counts = new double[classes * classes];
        return new Tally(kernel, counts, () -> {
            Arrays.fill(counts, 0);
            for (int place = 0; place < lines.size(); place++) {
                int label = o.label(1, place, classes, kernel.ignore());
                if (label != kernel.ignore()) {
                    int guess = largest(scores, lines, place);
                    counts[label * classes + guess]++;
                }
            }
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.result(counts, i));
            }
        });
    }

    private static int largest(Tensor scores, Lines lines, int place) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int k = 0; k < lines.count(); k++) {
            float score = scores.get(lines.at(place, k));
            if (score > most) {
                best = k;
                most = score;
            }
        }
        return best;
    }
}
