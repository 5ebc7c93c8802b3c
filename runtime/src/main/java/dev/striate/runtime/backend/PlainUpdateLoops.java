package dev.striate.runtime.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The loops of optimizers, one element after the other. */
final class PlainUpdateLoops implements UpdateLoops {
    static final UpdateLoops ONLY = new PlainUpdateLoops();

    private PlainUpdateLoops() {}

    @Override
    public Loop descend() {
        return (run, from, n) -> {
            for (long i = from; i < from + n; i++) {
                float w = weight(run, i);
                put(run, i, w - run.rate() * gradient(run, i, w));
            }
        };
    }

    private static float weight(Run run, long i) {
        return run.weights().getAtIndex(JAVA_FLOAT, run.first() + i);
    }

    private static void put(Run run, long i, float weight) {
        run.weights().setAtIndex(JAVA_FLOAT, run.first() + i, weight);
    }

    private static float gradient(Run run, long i, float weight) {
        return run.gradients().getAtIndex(JAVA_FLOAT, run.first() + i) + run.penalty() * weight;
    }

    @Override
    public Loop momentum(MemorySegment velocity, float momentum, boolean nesterov) {
        return (run, from, n) -> {
            for (long i = from; i < from + n; i++) {
                float w = weight(run, i);
                float g = gradient(run, i, w);
                float v = momentum * velocity.getAtIndex(JAVA_FLOAT, run.state() + i) + g;
                velocity.setAtIndex(JAVA_FLOAT, run.state() + i, v);
                put(run, i, w - run.rate() * (nesterov ? g + momentum * v : v));
            }
        };
    }

    @Override
    public Loop adam(MemorySegment mean, MemorySegment squares, float beta1, float beta2, float eps) {
        return (run, from, n) -> {
            for (long i = from; i < from + n; i++) {
                float w = weight(run, i);
                float g = gradient(run, i, w);
                float m = beta1 * mean.getAtIndex(JAVA_FLOAT, run.state() + i) + (1 - beta1) * g;
                float s = beta2 * squares.getAtIndex(JAVA_FLOAT, run.state() + i) + (1 - beta2) * g * g;
                mean.setAtIndex(JAVA_FLOAT, run.state() + i, m);
                squares.setAtIndex(JAVA_FLOAT, run.state() + i, s);
                float step = run.rate() * m / ((float) Math.sqrt(s) / run.correction() + eps);
                put(run, i, run.kept() * w - step);
            }
        };
    }

    @Override
    public Loop scaled(
            MemorySegment squares, MemorySegment velocity, float alpha, float share, float eps, float momentum) {
        return (run, from, n) -> {
            for (long i = from; i < from + n; i++) {
                float w = weight(run, i);
                float g = gradient(run, i, w);
                float s = alpha * squares.getAtIndex(JAVA_FLOAT, run.state() + i) + share * g * g;
                squares.setAtIndex(JAVA_FLOAT, run.state() + i, s);
                float v = g / ((float) Math.sqrt(s) + eps);
                if (momentum != 0) {
                    v += momentum * velocity.getAtIndex(JAVA_FLOAT, run.state() + i);
                    velocity.setAtIndex(JAVA_FLOAT, run.state() + i, v);
                }
                put(run, i, w - run.rate() * v);
            }
        };
    }

    @Override
    public Loop replace() {
        return (run, from, n) -> MemorySegment.copy(
                run.gradients(),
                JAVA_FLOAT,
                Float.BYTES * (run.first() + from),
                run.weights(),
                JAVA_FLOAT,
                Float.BYTES * (run.first() + from),
                n);
    }

    @Override
    public Loop blend(MemorySegment other) {
        return (run, from, n) -> {
            for (long i = from; i < from + n; i++) {
                float g = run.gradients().getAtIndex(JAVA_FLOAT, run.first() + i);
                float blended = g + run.rate() * (other.getAtIndex(JAVA_FLOAT, run.state() + i) - g);
                run.gradients().setAtIndex(JAVA_FLOAT, run.first() + i, blended);
            }
        };
    }
}
