package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePool.Kind;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Lines;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Pooling of whole maps and of neighbouring channels, and its gradient. */
final class LinePooling {
    private final Cpu cpu;

    LinePooling(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(LinePool kernel, Operands o) {
        Tensor x = o.in(0);
        Lines lines = kernel.lines(x.shape());
        return forEachLine(
                lines,
                line -> o.out()
                        .set(
                                line,
                                switch (kernel.kind()) {
                                    case MAX -> x.get(lines.at(line, largest(x, lines, line)));
                                    case AVERAGE -> (float) (sum(x, lines, line, false) / lines.count());
                                    case L2 -> (float) Math.sqrt(sum(x, lines, line, true));
                                }));
    }

    Runnable gradient(LinePoolGrad kernel, Operands o) {
        Tensor x = o.in(1);
        Kind kind = kernel.pool().kind();
        Lines lines = kernel.pool().lines(x.shape());
        return forEachLine(lines, line -> {
            float g = o.in(0).get(line);
            int largest = kind == Kind.MAX ? largest(x, lines, line) : 0;
            double norm = kind == Kind.L2 ? Math.sqrt(sum(x, lines, line, true)) : 0;
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                o.out()
                        .set(
                                at,
                                switch (kind) {
                                    case MAX -> i == largest ? g : 0;
                                    case AVERAGE -> g / lines.count();
                                    case L2 -> norm == 0 ? 0 : (float) (g * (x.get(at) / norm));
                                });
            }
        });
    }

    private static double sum(Tensor x, Lines lines, int line, boolean squares) {
        double sum = 0;
        for (int i = 0; i < lines.count(); i++) {
            double v = x.get(lines.at(line, i));
            sum += squares ? v * v : v;
        }
        return sum;
    }

    /** The first of the largest; NaN is larger than any number. */
    private static int largest(Tensor x, Lines lines, int line) {
        int largest = 0;
        for (int i = 1; i < lines.count(); i++) {
            float best = x.get(lines.at(line, largest));
            float v = x.get(lines.at(line, i));
            largest = v > best || (Float.isNaN(v) && !Float.isNaN(best)) ? i : largest;
        }
        return largest;
    }

    private Runnable forEachLine(Lines lines, Line line) {
        return cpu.forEach(lines.size(), lines.count(), (i, slot) -> line.compute(i));
    }

    /** What is done with one line. */
    private interface Line {
        void compute(int line);
    }
}
