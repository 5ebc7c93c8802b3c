package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first session that holds a kernel with much work runs it before anybody asks, and no other session does. */
class WarmUpTest {
    /** Numbers of which the operand and the result are some MB. */
    private static final int MUCH = 1 << 19;

    /** A kernel that gives what it takes. */
    private record Same(String name) implements Kernel {
        @Override
        public Sizes output(List<Sizes> inputs) {
            return inputs.getFirst();
        }
    }

    /** Has one kernel, and counts how often it runs. */
    private static final class CountingBackend implements Backend {
        private final boolean isDescribed;
        private int runs;

        CountingBackend(boolean isDescribed) {
            this.isDescribed = isDescribed;
        }

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
            return Backends.reference().kernels().add(Same.class, (kernel, o) -> {
                Runnable count = () -> runs++;
                return isDescribed ? Described.as(kernel.name(), count) : count;
            });
        }
    }

    private static final class Session extends NetSession {
        private final Step step;

        Session(Binder b, String kernel, int numbers) {
            super(b);
            step = b.step("same", new Same(kernel), b.input("x", 1, numbers));
            b.output("y", step);
            b.bind();
        }

        @Override
        protected void steps() {
            step.run();
        }
    }

    /** Opens and closes a session that is never run; gives how often its kernel ran. */
    private static int runs(CountingBackend backend, String kernel, int numbers) {
        int before = backend.runs;
        Weights none = Weights.init(Binder.spec("net", b -> new Session(b, kernel, numbers)), 1);
        new Session(backend.binder(none), kernel, numbers).close();
        return backend.runs - before;
    }

    @Test
    void onlyTheFirstSessionWarmsAKernel() {
        CountingBackend backend = new CountingBackend(true);
        assertThat(runs(backend, "much", MUCH)).isPositive();
        assertThat(runs(backend, "much", MUCH)).isZero();
        assertThat(runs(backend, "another", MUCH)).isPositive();
    }

    @Test
    void littleWorkAndKernelsThatSayNothingAreNotWarmed() {
        assertThat(runs(new CountingBackend(true), "little", 1000)).isZero();
        assertThat(runs(new CountingBackend(false), "silent", MUCH)).isZero();
    }
}
