package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.Sizes;
import dev.striate.core.window.Window;
import java.util.stream.IntStream;

/**
 * A convolution and its gradients as plain loops over rows. What is computed is divided into planes that nothing else writes to, and these
 * among the processors, so that nets of hundreds of billions of multiplications can be evaluated; every number is summed up in one order.
 *
 * @param x the shape of the input
 * @param weight the shape of the weight
 * @param y the shape of the result
 */
record ConvRows(Window window, int groups, Sizes x, Sizes weight, Sizes y) {
    /** Multiplications of one element of the weight: for neighbours of y with elements of x that are a stride apart. */
    @FunctionalInterface
    private interface Row {
        void at(int y, int x, int weight, int count);
    }

    /** Adds the result. */
    void addResult(Nd ofX, Nd ofWeight, Nd to) {
        int stride = window.stride().w();
        planes(y.dim(0), y.dim(1), (n, f) -> {
            for (int c = 0; c < weight.dim(1); c++) {
                forEachRow(n, f, c, (o, i, w, count) -> {
                    double factor = ofWeight.get(w);
                    for (int k = 0; k < count; k++) {
                        to.add(o + k, ofX.get(i + k * stride) * factor);
                    }
                });
            }
        });
    }

    /** Adds the gradient by the input. */
    void addGradInput(Nd ofY, Nd ofWeight, Nd to) {
        int stride = window.stride().w();
        int filters = y.dim(1) / groups;
        planes(x.dim(0), x.dim(1), (n, channel) -> {
            int first = channel / weight.dim(1) * filters;
            for (int f = first; f < first + filters; f++) {
                forEachRow(n, f, channel % weight.dim(1), (o, i, w, count) -> {
                    double factor = ofWeight.get(w);
                    for (int k = 0; k < count; k++) {
                        to.add(i + k * stride, ofY.get(o + k) * factor);
                    }
                });
            }
        });
    }

    /** Adds the gradient by the weight. */
    void addGradWeight(Nd ofY, Nd ofX, Nd to) {
        int stride = window.stride().w();
        planes(weight.dim(0), weight.dim(1), (f, c) -> {
            for (int n = 0; n < y.dim(0); n++) {
                forEachRow(n, f, c, (o, i, w, count) -> {
                    double sum = to.get(w);
                    for (int k = 0; k < count; k++) {
                        sum += ofY.get(o + k) * ofX.get(i + k * stride);
                    }
                    to.set(w, sum);
                });
            }
        });
    }

    /** Does something for all pairs of numbers, in any order and at the same time. */
    private static void planes(int firsts, int seconds, Plane body) {
        IntStream.range(0, firsts * seconds).parallel().forEach(i -> body.at(i / seconds, i % seconds));
    }

    @FunctionalInterface
    private interface Plane {
        void at(int first, int second);
    }

    /** Visits the multiplications for a sample, a filter and a channel of its weight. */
    private void forEachRow(int n, int f, int c, Row row) {
        int plane = n * x.dim(1) + f / (weight.dim(0) / groups) * weight.dim(1) + c;
        int w = (f * weight.dim(1) + c) * weight.dim(2) * weight.dim(3);
        for (int kh = 0; kh < weight.dim(2); kh++) {
            int top = kh * window.dilation().h() - window.before(x.dim(2), 0);
            for (int kw = 0; kw < weight.dim(3); kw++, w++) {
                int left = kw * window.dilation().w() - window.before(x.dim(3), 1);
                int stride = window.stride().w();
                int first = Math.max(0, Math.ceilDiv(-left, stride));
                int end = Math.min(y.dim(3), Math.floorDiv(x.dim(3) - 1 - left, stride) + 1);
                for (int out = 0; out < y.dim(2) && first < end; out++) {
                    int h = top + out * window.stride().h();
                    if (h >= 0 && h < x.dim(2)) {
                        int o = ((n * y.dim(1) + f) * y.dim(2) + out) * y.dim(3) + first;
                        row.at(o, (plane * x.dim(2) + h) * x.dim(3) + left + first * stride, w, end - first);
                    }
                }
            }
        }
    }
}
