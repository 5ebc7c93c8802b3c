package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** Losses of distances between values. */
final class DistanceLosses {
    private DistanceLosses() {}

    private static double distance(Tensor a, Tensor b, int n) {
        int size = a.shape().elementsFrom(1);
        double sum = 0;
        for (int i = n * size; i < (n + 1) * size; i++) {
            double d = (double) a.get(i) - b.get(i);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    /** A sample's third number, or the distance of its third value from the first. */
    private static double third(DistanceLoss loss, List<Tensor> in, int n) {
        return loss.comparesThird()
                ? distance(in.get(0), in.get(2), n)
                : in.get(2).get(n);
    }

    static Runnable forward(DistanceLoss kernel, Operands o) {
        int batch = o.in(0).shape().dim(0);
        return () -> {
            double sum = 0;
            for (int n = 0; n < batch; n++) {
                sum += kernel.value(distance(o.in(0), o.in(1), n), third(kernel, o.in(), n));
            }
            o.out().set(0, (float) (sum / batch));
        };
    }

    static Runnable gradient(DistanceLossGrad kernel, Operands o) {
        List<Tensor> in = o.in().subList(1, 4);
        return () -> {
            for (int n = 0; n < in.get(0).shape().dim(0); n++) {
                gradientOfSample(kernel, o, in, n);
            }
        };
    }

    private static void gradientOfSample(DistanceLossGrad kernel, Operands o, List<Tensor> in, int n) {
        Tensor a = in.get(0);
        int size = a.shape().elementsFrom(1);
        double scale = (double) o.in(0).get(0) / a.shape().dim(0);
        double u = distance(a, in.get(1), n);
        double v = third(kernel.loss(), in, n);
        if (kernel.ofNumber()) {
            o.out().set(n, (float) (scale * kernel.loss().thirdSlope(u, v)));
            return;
        }
        double first = scale * kernel.first(u, v);
        double third = kernel.loss().comparesThird() ? scale * kernel.third(u, v) : 0;
        for (int i = n * size; i < (n + 1) * size; i++) {
            double other =
                    third == 0 ? 0 : third * ((double) a.get(i) - in.get(2).get(i));
            o.out().set(i, (float) (first * ((double) a.get(i) - in.get(1).get(i)) + other));
        }
    }
}
