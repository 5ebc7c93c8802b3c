package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.RandomNormal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps that read weights alone run in the first run, and then when the weights changed. */
class PreparedStepsTest {
    /** How often {@link Counting} ran. */
    private int runs;

    private final Backend backend = new CountingBackend();
    private final Weights weights = Weights.init(Binder.spec("net", b -> new Session(b)), 1);

    /** A kernel that notes its runs. */
    private record Counting() implements Kernel {
        @Override
        public Sizes output(List<Sizes> inputs) {
            return Sizes.of(1, 3);
        }

        @Override
        public List<Parameter> params(List<Sizes> inputs) {
            return ChannelScale.channelScale(3, 0).params(inputs);
        }
    }

    private final class CountingBackend implements Backend {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public String description() {
            return "the reference, which counts";
        }

        @Override
        public KernelTable kernels() {
            KernelTable table = Backends.reference().kernels();
            return table.add(Counting.class, (kernel, o) -> {
                Runnable scale = table.bind(ChannelScale.channelScale(3, 0), o);
                return () -> {
                    runs++;
                    scale.run();
                };
            });
        }
    }

    /** A normalized convolution; then noise, which no run keeps. */
    private static final class Session extends NetSession {
        private final List<Step> steps = new ArrayList<>();

        Session(Binder b) {
            super(b);
            Value x = b.input("x", 2, 1, 4, 4);
            Step scale = add(b.shared("norm.scale", "norm", new Counting()));
            Step shift = add(b.shared("norm.shift", "norm", ChannelShift.channelShift(), scale));
            Step y = add(b.step("conv", Conv.conv(3, 2, 2).then(Pointwise.affine()), x, scale, shift));
            b.output("y", y);
            b.output("noise", add(b.step("noise", RandomNormal.randomNormal(0, 1, "noise", 2, 3))));
            b.bind();
        }

        private Step add(Step step) {
            steps.add(step);
            return step;
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }

        float[] y() {
            run();
            return output("y").toArray();
        }
    }

    @Test
    void theyRunOnceAndAgainWhenTheWeightsChanged() {
        try (Session session = new Session(backend.binder(weights))) {
            session.input("x").copyFrom(new float[32]);
            float[] first = session.y();
            assertThat(session.y()).isEqualTo(first);
            assertThat(runs).isEqualTo(1);
            weights.tensor("norm.bias").set(0, 5);
            weights.tensor("norm.weight").set(1, 7);
            weights.changed();
            assertThat(session.y()).isNotEqualTo(first);
            assertThat(runs).isEqualTo(2);
            try (Session fresh = new Session(backend.binder(weights))) {
                fresh.input("x").copyFrom(new float[32]);
                assertThat(session.y()).isEqualTo(fresh.y());
            }
        }
    }

    @Test
    void randomStepsRunEveryTime() {
        try (Session session = new Session(backend.binder(weights))) {
            session.at(1, 1);
            session.run();
            float[] first = session.output("noise").toArray();
            session.at(1, 2);
            session.run();
            assertThat(session.output("noise").toArray()).isNotEqualTo(first);
        }
    }
}
