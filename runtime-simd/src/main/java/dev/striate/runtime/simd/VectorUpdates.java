package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The loops of optimizers over whole vectors; no multiplication is fused with an addition, which would round less. */
final class VectorUpdates implements UpdateLoops {
    /** The only one. */
    static final UpdateLoops LOOPS = new VectorUpdates();

    private VectorUpdates() {}

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(S, x, at, ORDER);
    }

    @Override
    public Loop descend() {
        return VectorUpdates::descend;
    }

    @Override
    public Loop momentum(MemorySegment velocity, float momentum, boolean nesterov) {
        return (run, from, n) -> momentum(run, from, n, velocity, momentum, nesterov);
    }

    @Override
    public Loop adam(MemorySegment mean, MemorySegment squares, float beta1, float beta2, float eps) {
        return (run, from, n) -> adam(run, from, n, mean, squares, beta1, beta2, eps);
    }

    @Override
    public Loop scaled(
            MemorySegment squares, MemorySegment velocity, float alpha, float share, float eps, float momentum) {
        return (run, from, n) -> scaled(run, from, n, squares, velocity, alpha, share, eps, momentum);
    }

    private static void descend(Run run, long from, long n) {
        MemorySegment weights = run.weights();
        MemorySegment gradients = run.gradients();
        float penalty = run.penalty();
        float rate = run.rate();
        long first = (run.first() + from) * Float.BYTES;
        int vectors = (int) (n / LANES);
        for (int i = 0; i < vectors; i++) {
            long at = first + (long) i * BYTES;
            FloatVector w = load(weights, at);
            FloatVector g = load(gradients, at).add(w.mul(penalty));
            w.sub(g.mul(rate)).intoMemorySegment(weights, at, ORDER);
        }
    }

    private static void momentum(Run run, long from, long n, MemorySegment velocity, float momentum, boolean nesterov) {
        MemorySegment weights = run.weights();
        MemorySegment gradients = run.gradients();
        float penalty = run.penalty();
        float rate = run.rate();
        long first = (run.first() + from) * Float.BYTES;
        long state = (run.state() + from) * Float.BYTES;
        int vectors = (int) (n / LANES);
        for (int i = 0; i < vectors; i++) {
            long at = first + (long) i * BYTES;
            long own = state + (long) i * BYTES;
            FloatVector w = load(weights, at);
            FloatVector g = load(gradients, at).add(w.mul(penalty));
            FloatVector v = load(velocity, own).mul(momentum).add(g);
            v.intoMemorySegment(velocity, own, ORDER);
            // Stored on both sides: a vector that comes from either of them would be boxed.
            if (nesterov) {
                w.sub(g.add(v.mul(momentum)).mul(rate)).intoMemorySegment(weights, at, ORDER);
            } else {
                w.sub(v.mul(rate)).intoMemorySegment(weights, at, ORDER);
            }
        }
    }

    private static void adam(
            Run run,
            long from,
            long n,
            MemorySegment mean,
            MemorySegment squares,
            float beta1,
            float beta2,
            float eps) {
        MemorySegment weights = run.weights();
        MemorySegment gradients = run.gradients();
        float penalty = run.penalty();
        float rate = run.rate();
        float kept = run.kept();
        float correction = run.correction();
        long first = (run.first() + from) * Float.BYTES;
        long state = (run.state() + from) * Float.BYTES;
        int vectors = (int) (n / LANES);
        for (int i = 0; i < vectors; i++) {
            long at = first + (long) i * BYTES;
            long own = state + (long) i * BYTES;
            FloatVector w = load(weights, at);
            FloatVector g = load(gradients, at).add(w.mul(penalty));
            FloatVector m = load(mean, own).mul(beta1).add(g.mul(1 - beta1));
            FloatVector s = load(squares, own).mul(beta2).add(g.mul(1 - beta2).mul(g));
            m.intoMemorySegment(mean, own, ORDER);
            s.intoMemorySegment(squares, own, ORDER);
            FloatVector step = m.mul(rate).div(s.sqrt().div(correction).add(eps));
            w.mul(kept).sub(step).intoMemorySegment(weights, at, ORDER);
        }
    }

    private static void scaled(
            Run run,
            long from,
            long n,
            MemorySegment squares,
            MemorySegment velocity,
            float alpha,
            float share,
            float eps,
            float momentum) {
        MemorySegment weights = run.weights();
        MemorySegment gradients = run.gradients();
        float penalty = run.penalty();
        float rate = run.rate();
        long first = (run.first() + from) * Float.BYTES;
        long state = (run.state() + from) * Float.BYTES;
        int vectors = (int) (n / LANES);
        for (int i = 0; i < vectors; i++) {
            long at = first + (long) i * BYTES;
            long own = state + (long) i * BYTES;
            FloatVector w = load(weights, at);
            FloatVector g = load(gradients, at).add(w.mul(penalty));
            FloatVector s = load(squares, own).mul(alpha).add(g.mul(share).mul(g));
            s.intoMemorySegment(squares, own, ORDER);
            FloatVector v = g.div(s.sqrt().add(eps));
            if (momentum != 0) {
                v = v.add(load(velocity, own).mul(momentum));
                v.intoMemorySegment(velocity, own, ORDER);
            }
            w.sub(v.mul(rate)).intoMemorySegment(weights, at, ORDER);
        }
    }
}
