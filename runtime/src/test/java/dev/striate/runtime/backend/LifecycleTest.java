package dev.striate.runtime.backend;

import static dev.striate.core.kernel.Pointwise.relu;
import static dev.striate.core.kernel.Pointwise.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a session may be used, and what it costs. */
class LifecycleTest {
    private static final int RUNS = 20;
    private final LeNet5 net = LeNet5.init(1);

    /** Two steps, run in whatever way a test wants. */
    private static final class TwoSteps extends NetSession {
        private final Consumer<TwoSteps> body;
        private final Step first;
        private final Step second;

        TwoSteps(Binder b, Consumer<TwoSteps> body) {
            super(b.source("two.cnn"));
            this.body = body;
            Input x = b.at(1).input("x", 1, 4);
            first = b.at(2).step("first", relu(), x);
            second = b.at(3).step("second", tanh(), first);
            b.output("y", second);
            b.bind();
        }

        @Override
        protected void steps() {
            body.accept(this);
        }
    }

    private static TwoSteps twoSteps(Consumer<TwoSteps> body) {
        return new TwoSteps(Backends.cpu().binder(Weights.zeros(Binder.spec("two", b -> {}))), body);
    }

    @Test
    void afterCloseEverythingIsAnExceptionInWords() {
        LeNet5.Training session = net.training(Backends.cpu(), 2);
        Input image = session.input("image");
        Output logits = session.output("logits");
        MemorySegment pixels = image.segment();
        session.close();
        assertThatNoException().isThrownBy(session::close);
        List<Runnable> uses = List.of(
                session::run,
                session::gradients,
                logits::toArray,
                () -> image.copyFrom(new float[2 * 784]),
                image::segment,
                () -> logits.copyTo(MemorySegment.ofArray(new float[20])),
                () -> session.output("xent").value());
        assertThat(uses)
                .allSatisfy(use -> assertThatIllegalStateException()
                        .isThrownBy(use::run)
                        .withMessage("the session of lenet5.cnn is closed"));
        assertThatIllegalStateException().isThrownBy(() -> pixels.fill((byte) 0));
    }

    @Test
    void aRecordedSessionCannotRun() {
        List<TwoSteps> recorded = new ArrayList<>();
        Binder.spec("two", b -> recorded.add(new TwoSteps(b, s -> {})));
        assertThatIllegalStateException()
                .isThrownBy(recorded.getFirst()::run)
                .withMessage("the session of two.cnn was only recorded; open one on a backend");
        recorded.getFirst().close();
    }

    @Test
    void stepsRunWithinTheSessionAndInOrder() {
        try (TwoSteps idle = twoSteps(s -> {});
                TwoSteps swapped = twoSteps(s -> s.second.run());
                TwoSteps twice = twoSteps(s -> {
                    s.first.run();
                    s.second.run();
                })) {
            assertThatIllegalStateException()
                    .isThrownBy(idle.first::run)
                    .withMessage("two.cnn:2: first runs only within its session's run()");
            assertThatIllegalStateException().isThrownBy(idle::run).withMessage("two.cnn:2: first did not run");
            assertThatIllegalStateException()
                    .isThrownBy(swapped::run)
                    .withMessage("two.cnn:3: second runs out of order");
            twice.run();
            twice.run();
        }
    }

    @Test
    void oneThreadAtATime() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (TwoSteps session = twoSteps(s -> {
                    running.countDown();
                    await(goOn);
                    s.first.run();
                    s.second.run();
                });
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> run = other.submit(session::run);
            running.await();
            String message = "the session of two.cnn is running; a session is for one thread at a time";
            assertThatIllegalStateException().isThrownBy(session::run).withMessage(message);
            assertThatIllegalStateException().isThrownBy(session::close).withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> session.output("y").toArray())
                    .withMessage(message);
            goOn.countDown();
            run.get();
            assertThat(session.output("y").toArray()).containsExactly(0, 0, 0, 0);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manySessionsAtOnceGiveWhatOneGives() throws Exception {
        float[] expected = logits();
        List<Callable<float[]>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tasks.add(this::logits);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<float[]> result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    private float[] logits() {
        try (LeNet5.Session session = net.open(Backends.cpu(2), 9)) {
            float[] pixels = new float[9 * 784];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = i % 255 / 255f;
            }
            session.input("image").copyFrom(pixels);
            for (int i = 0; i < 20; i++) {
                session.run();
            }
            return session.output("logits").toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void runningAllocatesNothing(String backend) {
        int batch = backend.equals("cpu") ? 32 : 1;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LeNet5.Training session = net.training(Backends.byName(backend), batch)) {
            long perRun = Long.MAX_VALUE;
            // The first runs are interpreted, where what the compiler would leave out is still allocated.
            for (int window = 0; window < 300 && perRun > 1024; window++) {
                long before = threads.getTotalThreadAllocatedBytes();
                for (int i = 0; i < RUNS; i++) {
                    session.run();
                }
                perRun = (threads.getTotalThreadAllocatedBytes() - before) / RUNS;
            }
            assertThat(perRun).isLessThanOrEqualTo(1024);
        }
    }

    @Test
    void tooLargeASessionIsOneException() {
        Binder terabytes = Backends.cpu().binder(net.weights()).source("vast.cnn");
        for (int i = 0; i < 500; i++) {
            terabytes.input("x" + i, Integer.MAX_VALUE);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(terabytes::bind)
                .withMessage("the session of vast.cnn needs 4000.0 GiB, more than there is; choose a smaller batch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(Backends.cpu(), Integer.MAX_VALUE))
                .withMessage(
                        "lenet5.cnn:5: image: a tensor of shape [2147483647, 1, 28, 28] has more than 2^31 - 1 elements");
        for (int batch : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> net.open(Backends.cpu(), batch))
                    .withMessage("lenet5.cnn:5: image: every size must be at least 1, not [" + batch + ", 1, 28, 28]");
        }
    }
}
