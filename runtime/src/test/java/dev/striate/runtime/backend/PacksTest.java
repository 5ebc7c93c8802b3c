package dev.striate.runtime.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Conv;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weights in a kernel's own form are made once, shared by sessions, and follow the weights. */
class PacksTest {
    /** How often weights were packed. */
    private int packed;

    /** The address of the packed weights of each run. */
    private final List<Long> addresses = new ArrayList<>();

    private final Backend backend = new Doubling();
    private final Weights weights = Weights.init(Binder.spec("net", b -> new Session(b, false)), 1);

    /** A backend whose convolution gives twice its weight's first element, by way of a packed form. */
    private final class Doubling implements Backend {
        @Override
        public String name() {
            return "doubling";
        }

        @Override
        public String description() {
            return "the reference with a convolution that packs";
        }

        @Override
        public KernelTable kernels() {
            return Backends.reference().kernels().add(Conv.class, (conv, o) -> {
                Packs.Packed weight = o.packs().of(o.in(1), "doubled", Float.BYTES, (from, to) -> {
                    packed++;
                    to.set(JAVA_FLOAT, 0, 2 * from.get(JAVA_FLOAT, 0));
                });
                return () -> {
                    MemorySegment form = weight.current();
                    addresses.add(form.address());
                    o.out().set(0, form.get(JAVA_FLOAT, 0));
                };
            });
        }
    }

    private static final class Session extends NetSession {
        private final List<Step> steps = new ArrayList<>();

        Session(Binder b, boolean training) {
            super(b);
            Value x = b.input("x", 1, 1, 2, 2);
            Step y = b.step("conv", Conv.conv(1, 2, 2), x);
            steps.add(y);
            b.output("y", y);
            if (training) {
                steps.add(b.gradient("conv.bias", ChannelSum.channelSum(), y));
            }
            b.bind();
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }

        float y() {
            run();
            return output("y").value();
        }
    }

    @Test
    void sessionsShareThem() {
        try (Session one = new Session(backend.binder(weights), false);
                Session other = new Session(backend.binder(weights), false)) {
            float expected = 2 * weights.tensor("conv.weight").get(0);
            assertThat(List.of(one.y(), one.y(), other.y())).containsOnly(expected);
            assertThat(packed).isEqualTo(1);
            assertThat(addresses).hasSize(3).containsOnly(addresses.getFirst());
        }
    }

    @Test
    void theyFollowTheWeights() {
        try (Session session = new Session(backend.binder(weights), false)) {
            session.run();
            weights.tensor("conv.weight").set(0, 5);
            weights.changed();
            assertThat(session.y()).isEqualTo(10);
            assertThat(packed).isEqualTo(2);
        }
    }

    @Test
    void aSessionThatTrainsPacksInEveryRunIntoMemoryOfItsOwn() {
        try (Session training = new Session(backend.binder(weights), true);
                Session other = new Session(backend.binder(weights), false)) {
            training.run();
            training.run();
            other.run();
            assertThat(packed).isEqualTo(3);
            assertThat(addresses.get(0)).isEqualTo(addresses.get(1)).isNotEqualTo(addresses.get(2));
            long gradients = Float.BYTES * weights.spec().count();
            assertThat(training.bytes()).isGreaterThanOrEqualTo(gradients + Float.BYTES);
        }
    }
}
