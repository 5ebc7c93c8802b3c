package dev.striate.runtime.backend;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Feature maps [2, 3, 8, 8] through random steps, with long-lived values, unused results, and views there and back. */
final class RandomProgram extends NetSession {
    private final List<Step> steps = new ArrayList<>();
    private final Binder b;

    RandomProgram(Binder b, long seed) {
        super(b);
        this.b = b;
        SplittableRandom r = new SplittableRandom(seed);
        List<Value> maps = new ArrayList<>(List.of(b.input("x", 2, 3, 8, 8)));
        int size = 5 + r.nextInt(25);
        for (int i = 0; i < size; i++) {
            Value any = maps.get(r.nextInt(maps.size()));
            Value last = maps.getLast();
            maps.add(
                    switch (r.nextInt(6)) {
                        case 0 -> step(Conv.conv(3, 3, 3).pad(1), any);
                        case 1 -> step(Pointwise.tanh(), last);
                        case 2 -> step(Pool.maxPool(3, 3).stride(1, 1).pad(1), last);
                        case 3 -> step(Reshape.reshape(2, 3, 8, 8), step(Flatten.flatten(), any));
                        default -> step(Pointwise.add(), any, last);
                    });
            if (r.nextInt(8) == 0) {
                b.output("early" + i, step(ChannelSum.channelSum(), maps.getLast()));
            }
        }
        b.output("y", maps.getLast());
        b.bind();
    }

    private Step step(Kernel kernel, Value... operands) {
        Step step = b.step("step" + steps.size(), kernel, operands);
        steps.add(step);
        return step;
    }

    @Override
    protected void steps() {
        steps.forEach(Step::run);
    }

    List<float[]> results() {
        float[] x = new float[384];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 17 - 8;
        }
        input("x").copyFrom(x);
        run();
        run();
        return outputNames().stream().map(n -> output(n).toArray()).toList();
    }

    /** All outputs of program {@code seed} on a backend. */
    static List<float[]> results(Backend backend, long seed) {
        NetSpec spec = Binder.spec("random", b -> new RandomProgram(b, seed));
        try (RandomProgram program = new RandomProgram(backend.binder(Weights.init(spec, 3)), seed)) {
            return program.results();
        }
    }
}
