package dev.striate.runtime.backend;

import com.sun.management.ThreadMXBean;
import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One kernel with operands, to be run on any backend. */
record OneKernel(Kernel kernel, List<Operand> data, long seed) {
    /** Runs over which is measured what they allocate. */
    private static final int WINDOW = 500;

    private static final int CALM_WINDOWS = 3;
    private static final int MOST_WINDOWS = 60;

    /** What the JIT compiler is given at least, in nanoseconds: small kernels run often before it is done. */
    private static final long PATIENCE = 10_000_000_000L;

    /** Bytes a run: what threads of the virtual machine allocate beside it. */
    private static final long NEXT_TO_NOTHING = 100;

    /** A data operand: {@code floats}, or {@code labels} of some classes. */
    static final class Operand {
        private final Sizes shape;
        private final float[] floats;
        private final int[] labels;
        private final int classes;

        private Operand(Sizes shape, float[] floats, int[] labels, int classes) {
            this.shape = shape;
            this.floats = floats;
            this.labels = labels;
            this.classes = classes;
        }

        Sizes shape() {
            return shape;
        }

        float[] floats() {
            return floats;
        }

        boolean isLabel() {
            return classes > 0;
        }

        int[] indices() {
            return labels;
        }

        static Operand of(Sizes shape, float... values) {
            return new Operand(shape, values, new int[0], 0);
        }

        static Operand labels(int classes, int... values) {
            return new Operand(Sizes.of(values.length), new float[0], values, classes);
        }

        /** Normal deviates. */
        static Operand random(SplittableRandom random, int... shape) {
            Sizes sizes = Sizes.of(shape);
            float[] values = new float[sizes.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return of(sizes, values);
        }

        static Operand randomLabels(SplittableRandom random, int n, int classes) {
            return labels(classes, random.ints(n, 0, classes).toArray());
        }
    }

    static OneKernel of(Kernel kernel, Operand... data) {
        return new OneKernel(kernel, List.of(data), 1);
    }

    /** The result, with parameters that are normal deviates. */
    float[] run(Backend backend) {
        return run(backend, true);
    }

    float[] run(Backend backend, boolean reuseMemory) {
        Binder binder = backend.binder(weights());
        return run(reuseMemory ? binder : binder.withoutReuse(), null, null);
    }

    /** The result when a kernel is applied to every operand that is a feature map before, and another to the result. */
    float[] runBetween(Backend backend, Kernel before, Kernel after) {
        return run(backend.binder(weights()), before, after);
    }

    /**
     * The bytes on the heap that a run allocates when everything is compiled: 0 after three windows of runs in a row
     * that allocate next to nothing, or what the last one took after many.
     */
    long allocated(Backend backend, @Nullable Kernel before, @Nullable Kernel after) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Session session = new Session(backend.binder(weights()), before, after)) {
            session.fill();
            long patience = System.nanoTime() + PATIENCE;
            long each = 0;
            int calm = 0;
            for (int window = 0; calm < CALM_WINDOWS; window++) {
                if (window >= MOST_WINDOWS && System.nanoTime() > patience) {
                    return each;
                }
                long start = threads.getTotalThreadAllocatedBytes();
                for (int i = 0; i < WINDOW; i++) {
                    session.run();
                }
                each = (threads.getTotalThreadAllocatedBytes() - start) / WINDOW;
                calm = each <= NEXT_TO_NOTHING ? calm + 1 : 0;
            }
            return 0;
        }
    }

    private float[] run(Binder binder, @Nullable Kernel before, @Nullable Kernel after) {
        try (Session session = new Session(binder, before, after)) {
            session.at(7, 3);
            session.fill();
            session.run();
            float[] first = session.result.toArray();
            session.run();
            if (!Arrays.equals(first, session.result.toArray())) {
                throw new AssertionError(kernel + " gives something else the second time");
            }
            return first;
        }
    }

    /** The parameters: normal deviates. */
    Weights weights() {
        NetSpec spec = Binder.spec("test", b -> new Session(b, null, null));
        Weights weights = Weights.zeros(spec);
        SplittableRandom random = new SplittableRandom(seed);
        for (Parameter p : spec.parameters()) {
            for (int i = 0; i < p.shape().elements(); i++) {
                double value = random.nextGaussian();
                // Running variances are not negative.
                weights.tensor(p.name()).set(i, (float) (p.learned() ? value : Math.abs(value)));
            }
        }
        return weights;
    }

    /** The values of parameter {@code index}. */
    float[] weight(int index) {
        Weights weights = weights();
        return weights.tensor(weights.spec().parameters().get(index).name()).toArray();
    }

    /** The session of the one step. */
    private final class Session extends NetSession {
        private final List<Input> inputs = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final Output result;

        Session(Binder b, @Nullable Kernel before, @Nullable Kernel after) {
            super(b.source("kernel.cnn"));
            List<Value> operands = new ArrayList<>();
            for (int i = 0; i < data.size(); i++) {
                Operand o = data.get(i);
                int[] shape = o.shape.toArray();
                inputs.add(o.classes > 0 ? b.label("in" + i, o.classes, shape) : b.input("in" + i, shape));
                boolean isMap = o.classes == 0 && shape.length == 4;
                operands.add(
                        before == null || !isMap ? inputs.get(i) : add(b.step("before" + i, before, inputs.get(i))));
            }
            Step step = add(b.at(2).step("step", kernel, operands.toArray(Value[]::new)));
            result = b.output("result", after == null ? step : add(b.step("after", after, step)));
            b.bind();
        }

        private Step add(Step step) {
            steps.add(step);
            return step;
        }

        void fill() {
            for (int i = 0; i < data.size(); i++) {
                if (data.get(i).classes > 0) {
                    inputs.get(i).copyFrom(data.get(i).labels);
                } else {
                    inputs.get(i).copyFrom(data.get(i).floats);
                }
            }
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }
    }
}
