package dev.striate.runtime.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The loops of optimizers, one element after the other. */
final class PlainUpdateLoops implements UpdateLoops {
    @Override
    public void descend(Run run) {
        MemorySegment weights = run.weights();
        for (long i = 0; i < run.n(); i++) {
            float w = weights.getAtIndex(JAVA_FLOAT, run.first() + i);
            weights.setAtIndex(JAVA_FLOAT, run.first() + i, w - run.rate() * gradient(run, i, w));
        }
    }

    private static float gradient(Run run, long i, float weight) {
        return run.gradients().getAtIndex(JAVA_FLOAT, run.first() + i) + run.penalty() * weight;
    }

    @Override
    public void momentum(Run run, MemorySegment velocity, float momentum, boolean nesterov) {
        MemorySegment weights = run.weights();
        for (long i = 0; i < run.n(); i++) {
            float w = weights.getAtIndex(JAVA_FLOAT, run.first() + i);
            float g = gradient(run, i, w);
            float v = momentum * velocity.getAtIndex(JAVA_FLOAT, run.state() + i) + g;
            velocity.setAtIndex(JAVA_FLOAT, run.state() + i, v);
            weights.setAtIndex(JAVA_FLOAT, run.first() + i, w - run.rate() * (nesterov ? g + momentum * v : v));
        }
    }

    @Override
    public void adam(
            Run run,
            MemorySegment mean,
            MemorySegment squares,
            float beta1,
            float beta2,
            float kept,
            float correction,
            float eps) {
        MemorySegment weights = run.weights();
        for (long i = 0; i < run.n(); i++) {
            float w = weights.getAtIndex(JAVA_FLOAT, run.first() + i);
            float g = gradient(run, i, w);
            float m = beta1 * mean.getAtIndex(JAVA_FLOAT, run.state() + i) + (1 - beta1) * g;
            float s = beta2 * squares.getAtIndex(JAVA_FLOAT, run.state() + i) + (1 - beta2) * g * g;
            mean.setAtIndex(JAVA_FLOAT, run.state() + i, m);
            squares.setAtIndex(JAVA_FLOAT, run.state() + i, s);
            float step = run.rate() * m / ((float) Math.sqrt(s) / correction + eps);
            weights.setAtIndex(JAVA_FLOAT, run.first() + i, kept * w - step);
        }
    }

    @Override
    public void scaled(
            Run run,
            MemorySegment squares,
            MemorySegment velocity,
            float alpha,
            float share,
            float eps,
            float momentum) {
        MemorySegment weights = run.weights();
        for (long i = 0; i < run.n(); i++) {
            float w = weights.getAtIndex(JAVA_FLOAT, run.first() + i);
            float g = gradient(run, i, w);
            float s = alpha * squares.getAtIndex(JAVA_FLOAT, run.state() + i) + share * g * g;
            squares.setAtIndex(JAVA_FLOAT, run.state() + i, s);
            float v = g / ((float) Math.sqrt(s) + eps);
            if (momentum != 0) {
                v += momentum * velocity.getAtIndex(JAVA_FLOAT, run.state() + i);
                velocity.setAtIndex(JAVA_FLOAT, run.state() + i, v);
            }
            weights.setAtIndex(JAVA_FLOAT, run.first() + i, w - run.rate() * v);
        }
    }
}
