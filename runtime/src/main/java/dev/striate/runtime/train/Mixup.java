package dev.striate.runtime.train;

import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Blends the samples of a batch (Zhang et al. 2018): each is a share of itself and the rest of the sample at the same
 * place from the end, and so is the loss. The net runs twice on the blended pictures, with the classes of the one and of
 * the other, and the gradients are blended: that is exact for every loss, and takes twice the time of a step.
 */
final class Mixup {
    private static final long STREAM = Philox.stream("mixup");
    /** Draws that a step may need are far fewer. */
    private static final int DRAWS = 1 << 20;

    private final double alpha;
    private final long seed;
    /** The gradients of a step's first run. */
    private final MemorySegment first;

    private final UpdateLoops.Loop blend;
    private final UpdateLoops.Run all;
    /** What each sample is of itself in the present step. */
    private float share;

    /**
     * Blending with shares from Beta(alpha, alpha).
     *
     * @param gradients how many a net has
     * @param loops what goes over them
     * @param arena owns room for them
     */
    Mixup(double alpha, long seed, long gradients, UpdateLoops loops, Arena arena) {
        this.alpha = alpha;
        this.seed = seed;
        this.first = loops.state(gradients, arena);
        this.blend = loops.blend(first);
        this.all = new UpdateLoops.Run(0, 0, gradients, 0);
    }

    /** The memory that it takes, in bytes. */
    long bytes() {
        return first.byteSize();
    }

    /** Room for the gradients of a step's first run. */
    MemorySegment first() {
        return first;
    }

    /**
     * Runs the batch that a session has read, and has weights change unless something is not finite; see {@link FedSession#learn}.
     *
     * @param step the number of the training step, which decides the share
     * @param updates begins with {@link #blend}
     */
    int learn(FedSession session, int batch, long step, Averages averages, Runnable updates) throws DataException {
        share = (float) share(seed, step, alpha);
        if (session.totals() != null) {
            session.session().share(share);
            return session.learn(batch, averages, updates);
        }
        int bad = run(session, batch, averages);
        if (bad < 0) {
            updates.run();
        }
        return bad;
    }

    /** Runs twice in Java's memory. */
    private int run(FedSession session, int batch, Averages averages) throws DataException {
        List<FedSession.Target> targets = session.targets();
        for (int i = 0; i < targets.size(); i++) {
            blend(targets.get(i), session.size(), share);
        }
        session.copy();
        session.run(batch);
        int bad = session.addTo(averages, share);
        first.copyFrom(session.session().learning().gradients());
        for (int i = 0; i < targets.size(); i++) {
            reverse(targets.get(i), session.size());
        }
        session.copy();
        session.run(batch);
        int alsoBad = session.addTo(averages, 1 - (double) share);
        return bad < 0 ? alsoBad : bad;
    }

    /** Blends the gradients of both runs. */
    void blend(Learning learning) {
        all.step(learning.weights(), learning.gradients(), share);
        blend.run(all, 0, all.n());
    }

    /** Blends numbers in place, two samples at once. */
    private static void blend(FedSession.Target target, int samples, float share) {
        if (target.field().kind() != Field.Kind.FLOAT) {
            return;
        }
        MemorySegment data = target.data();
        int length = target.field().shape().elements();
        for (int i = 0; i < samples / 2; i++) {
            long a = (long) i * length;
            long b = (samples - 1L - i) * length;
            for (int k = 0; k < length; k++, a++, b++) {
                float x = data.getAtIndex(ValueLayout.JAVA_FLOAT, a);
                float y = data.getAtIndex(ValueLayout.JAVA_FLOAT, b);
                data.setAtIndex(ValueLayout.JAVA_FLOAT, a, y + share * (x - y));
                data.setAtIndex(ValueLayout.JAVA_FLOAT, b, x + share * (y - x));
            }
        }
    }

    /** Gives each sample the classes of the other. */
    private static void reverse(FedSession.Target target, int samples) {
        if (target.field().kind() != Field.Kind.CLASS) {
            return;
        }
        MemorySegment data = target.data();
        int length = target.field().shape().elements();
        for (int i = 0; i < samples / 2; i++) {
            long a = (long) i * length;
            long b = (samples - 1L - i) * length;
            for (int k = 0; k < length; k++, a++, b++) {
                int x = data.getAtIndex(ValueLayout.JAVA_INT, a);
                data.setAtIndex(ValueLayout.JAVA_INT, a, data.getAtIndex(ValueLayout.JAVA_INT, b));
                data.setAtIndex(ValueLayout.JAVA_INT, b, x);
            }
        }
    }

    /** A number from Beta(alpha, alpha): the share that one of two gamma deviates has in their sum. */
    static double share(long seed, long step, double alpha) {
        double x = gamma(seed, 2 * step, alpha);
        double y = gamma(seed, 2 * step + 1, alpha);
        double sum = x + y;
        return sum > 0 ? x / sum : 0.5; // both are 0 only for an alpha near 0
    }

    /**
     * A gamma deviate (Marsaglia and Tsang 2000). One of less than 1 is that of one more, times a power of a uniform.
     *
     * @param number which one; each has draws of its own
     */
    private static double gamma(long seed, long number, double alpha) {
        double d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3.0;
        double c = 1 / StrictMath.sqrt(9 * d);
        for (long draw = number * DRAWS; ; draw += 4) { // a normal deviate takes two draws, and a uniform one
            double x = Philox.normal(seed, STREAM, draw / 2);
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            double u = (Philox.bits(seed, STREAM, draw + 2) >>> 8) * 0x1p-24 + 0x1p-25;
            if (v > 0 && StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                double w = (Philox.bits(seed, STREAM, draw + 3) >>> 8) * 0x1p-24 + 0x1p-25;
                return alpha < 1 ? d * v * StrictMath.pow(w, 1 / alpha) : d * v;
            }
        }
    }
}
