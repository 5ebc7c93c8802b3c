package dev.striate.runtime.backend.reference;

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
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Softmax, losses and metrics. */
final class Losses {
    private Losses() {}

    static Runnable softmax(Softmax kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        return () -> forEachColumn(x, (first, classes, area) -> {
            double max = max(x, first, classes, area);
            double sum = sumOfExponentials(x, first, classes, area, max);
            for (int c = 0; c < classes; c++) {
                int i = first + c * area;
                y.set(i, (float) (Math.exp(x.get(i) - max) / sum));
            }
        });
    }

    static Runnable softmaxGradient(SoftmaxGrad kernel, Operands o) {
        Tensor g = o.in(0);
        Tensor y = o.in(1);
        return () -> forEachColumn(y, (first, classes, area) -> {
            double dot = 0;
            for (int c = 0; c < classes; c++) {
                dot += (double) g.get(first + c * area) * y.get(first + c * area);
            }
            for (int c = 0; c < classes; c++) {
                int i = first + c * area;
                o.out().set(i, (float) (y.get(i) * (g.get(i) - dot)));
            }
        });
    }

    static Runnable logSoftmax(LogSoftmax kernel, Operands o) {
        Tensor x = o.in(0);
        return () -> forEachColumn(x, (first, classes, area) -> {
            double max = max(x, first, classes, area);
            double log = Math.log(sumOfExponentials(x, first, classes, area, max));
            for (int c = 0; c < classes; c++) {
                int i = first + c * area;
                o.out().set(i, (float) (x.get(i) - max - log));
            }
        });
    }

    static Runnable logSoftmaxGradient(LogSoftmaxGrad kernel, Operands o) {
        Tensor g = o.in(0);
        Tensor y = o.in(1);
        return () -> forEachColumn(y, (first, classes, area) -> {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += g.get(first + c * area);
            }
            for (int c = 0; c < classes; c++) {
                int i = first + c * area;
                o.out().set(i, (float) (g.get(i) - Math.exp(y.get(i)) * sum));
            }
        });
    }

    static Runnable crossEntropy(CrossEntropy kernel, Operands o) {
        Tensor x = o.in(0);
        Lines lines = Lines.alongChannels(x.shape());
        int classes = lines.count();
        return () -> {
            double sum = 0;
            double counted = 0;
            for (int place = 0; place < lines.size(); place++) {
                int label = o.label(1, place, classes, kernel.ignore());
                if (kernel.weight(label) != 0) {
                    double loss = kernel.logarithms() ? 0 : logSumExp(x, lines, place);
                    for (int c = 0; c < classes; c++) {
                        double target = kernel.target(c == label, classes);
                        loss -= target == 0 ? 0 : target * x.get(lines.at(place, c));
                    }
                    sum += kernel.weight(label) * loss;
                    counted += kernel.weight(label);
                }
            }
            o.out().set(0, counted == 0 ? 0 : (float) (sum / counted));
        };
    }

    private static double logSumExp(Tensor x, Lines lines, int place) {
        int first = lines.first(place);
        double max = max(x, first, lines.count(), lines.inner());
        return Math.log(sumOfExponentials(x, first, lines.count(), lines.inner(), max)) + max;
    }

    static Runnable crossEntropyGradient(CrossEntropyGrad kernel, Operands o) {
        Tensor x = o.in(1);
        Lines lines = Lines.alongChannels(x.shape());
        int classes = lines.count();
        CrossEntropy loss = kernel.loss();
        return () -> {
            double counted = 0;
            for (int place = 0; place < lines.size(); place++) {
                counted += loss.weight(o.label(2, place, classes, loss.ignore()));
            }
            for (int place = 0; place < lines.size(); place++) {
                int label = o.label(2, place, classes, loss.ignore());
                double weight = loss.weight(label);
                double all = loss.logarithms() ? 0 : logSumExp(x, lines, place);
                for (int c = 0; c < classes; c++) {
                    int at = lines.at(place, c);
                    double p = loss.logarithms() ? 0 : Math.exp(x.get(at) - all);
                    double distance = p - loss.target(c == label, classes);
                    o.out().set(at, weight == 0 ? 0 : (float) (o.in(0).get(0) * distance * weight / counted));
                }
            }
        };
    }

    static Runnable quadratic(Quadratic kernel, Operands o) {
        Tensor y = o.in(0);
        Tensor target = o.in(1);
        return () -> {
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                double d = (double) y.get(i) - target.get(i);
                sum += d * d;
            }
            o.out().set(0, (float) (sum / 2 / y.shape().dim(0)));
        };
    }

    static Runnable quadraticGradient(QuadraticGrad kernel, Operands o) {
        Tensor y = o.in(1);
        Tensor target = o.in(2);
        return () -> {
            double scale = (double) o.in(0).get(0) / y.shape().dim(0);
            for (int i = 0; i < y.elements(); i++) {
                o.out().set(i, (float) (scale * ((double) y.get(i) - target.get(i))));
            }
        };
    }

    static Runnable oneHot(OneHot kernel, Operands o) {
        Lines lines = Lines.alongChannels(o.out().shape());
        return () -> {
            for (int place = 0; place < lines.size(); place++) {
                int label = o.label(0, place, kernel.classes());
                for (int c = 0; c < kernel.classes(); c++) {
                    o.out().set(lines.at(place, c), c == label ? 1 : 0);
                }
            }
        };
    }

    static Runnable topK(TopK kernel, Operands o) {
        Tensor scores = o.in(0);
        int batch = scores.shape().dim(0);
        int classes = scores.shape().dim(1);
        return () -> {
            int right = 0;
            for (int n = 0; n < batch; n++) {
                int label = o.label(1, n, classes);
                float own = scores.get(n * classes + label);
                int larger = 0;
                for (int c = 0; c < classes; c++) {
                    float other = scores.get(n * classes + c);
                    larger += other > own || (other == own && c < label) ? 1 : 0;
                }
                right += larger < kernel.k() && !Float.isNaN(own) ? 1 : 0;
            }
            o.out().set(0, (float) right / batch);
        };
    }

    private static double max(Tensor x, int first, int classes, int area) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, x.get(first + c * area));
        }
        return max;
    }

    private static double sumOfExponentials(Tensor x, int first, int classes, int area, double max) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(x.get(first + c * area) - max);
        }
        return sum;
    }

    /** Calls {@code body} for every run of elements along axis 1. */
    private static void forEachColumn(Tensor x, Column body) {
        int classes = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        for (int n = 0; n < x.shape().dim(0); n++) {
            for (int i = 0; i < area; i++) {
                body.at(n * classes * area + i, classes, area);
            }
        }
    }

    /** What is done with the elements {@code first}, {@code first + area} … of as many classes. */
    private interface Column {
        void at(int first, int classes, int area);
    }
}
