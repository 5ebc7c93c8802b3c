package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Lines;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.Arrays;

/** Metrics of how often each class is predicted and meant. */
final class ClassMetrics {
    private ClassMetrics() {}

    static Runnable of(ClassMetric kernel, Operands o) {
        Tensor scores = o.in(0);
        Lines lines = Lines.alongChannels(scores.shape());
        int[] hits = new int[lines.count()];
        int[] predicted = new int[lines.count()];
        int[] meant = new int[lines.count()];
        return () -> {
            Arrays.fill(hits, 0);
            Arrays.fill(predicted, 0);
            Arrays.fill(meant, 0);
            for (int place = 0; place < lines.size(); place++) {
                int label = o.label(1, place, lines.count(), kernel.ignore());
                if (label != kernel.ignore()) {
                    int guess = largest(scores, lines, place);
                    hits[label] += guess == label ? 1 : 0;
                    predicted[guess]++;
                    meant[label]++;
                }
            }
            o.out().set(0, (float) kernel.mean(hits, predicted, meant));
        };
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
