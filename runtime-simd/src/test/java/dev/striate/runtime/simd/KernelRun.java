package dev.striate.runtime.simd;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One kernel on random operands, all in row-major order where they come from and where the result goes to.
 *
 * @param kernel the kernel
 * @param shapes the shapes of its data operands
 * @param seed of the operands and parameters
 */
record KernelRun(Kernel kernel, List<Sizes> shapes, long seed) {
    static KernelRun of(Kernel kernel, long seed, Sizes... shapes) {
        return new KernelRun(kernel, List.of(shapes), seed);
    }

    /** Data operand {@code index}. */
    float[] operand(int index) {
        return values(shapes.get(index).elements(), seed + index);
    }

    /** Parameter {@code index} of the kernel. */
    float[] parameter(int index) {
        return values(kernel.params(shapes).get(index).shape().elements(), seed + 100 + index);
    }

    private static float[] values(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        IntStream.range(0, n).forEach(i -> values[i] = (float) random.nextGaussian());
        return values;
    }

    /** The result on a backend. */
    float[] on(Backend backend) {
        NetSpec spec = Binder.spec("test", b -> new Session(b));
        Weights weights = Weights.zeros(spec);
        List<Parameter> parameters = spec.parameters();
        for (int p = 0; p < parameters.size(); p++) {
            float[] values = parameter(p);
            for (int i = 0; i < values.length; i++) {
                weights.tensor(parameters.get(p).name()).set(i, values[i]);
            }
        }
        try (Session session = new Session(backend.binder(weights))) {
            for (int i = 0; i < shapes.size(); i++) {
                session.inputs.get(i).copyFrom(operand(i));
            }
            session.run();
            session.run(); // what a run leaves behind must not change the next
            return session.result.toArray();
        }
    }

    /** The session of the one step. */
    private final class Session extends NetSession {
        private final List<Input> inputs = new ArrayList<>();
        private final Step step;
        private final Output result;

        Session(Binder b) {
            super(b.source("kernel.cnn"));
            for (int i = 0; i < shapes.size(); i++) {
                inputs.add(b.input("in" + i, shapes.get(i).toArray()));
            }
            step = b.at(2).step("step", kernel, inputs.toArray(Value[]::new));
            result = b.output("result", step);
            b.bind();
        }

        @Override
        protected void steps() {
            step.run();
        }
    }
}
