package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Flatten;
import dev.striate.runtime.backend.Profiler.TimedStep;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilerTest {
    private final LeNet5 net = LeNet5.init(1);

    @Test
    void timesEveryStepThatComputesSomething() {
        try (Profiler profiler = Profiler.open(Backends.cpu(), b -> net.training(b, 3))) {
            List<TimedStep> steps = profiler.steps();
            assertThat(steps)
                    .extracting(TimedStep::path)
                    .contains("conv1", "conv1.weight gradient")
                    .doesNotHaveDuplicates();
            assertThat(steps).noneMatch(s -> s.kernel() instanceof Flatten); // a view
            TimedStep conv1 = steps.getFirst();
            assertThat(conv1.kernel()).isInstanceOf(Conv.class);
            assertThat(conv1.chosen()).contains("OpenBLAS");
            assertThat(conv1.bytes()).isEqualTo(4L * (3 * 28 * 28 + 6 * 25 + 6 + 3 * 6 * 28 * 28));
            long begin = System.nanoTime();
            long[] nanos = profiler.run();
            assertThat(Arrays.stream(nanos).sum()).isLessThanOrEqualTo(System.nanoTime() - begin);
            assertThat(nanos).hasSameSizeAs(steps.toArray());
        }
    }

    @Test
    void aProfiledSessionComputesWhatEveryOtherDoes() {
        try (Profiler profiler = Profiler.open(Backends.cpu(), b -> net.open(b, 2));
                NetSession plain = net.open(Backends.cpu(), 2)) {
            float[] image = new float[2 * 28 * 28];
            Arrays.fill(image, 0.5f);
            profiler.session().input("image").copyFrom(image);
            plain.input("image").copyFrom(image);
            profiler.run();
            plain.run();
            String output = plain.outputNames().getFirst();
            assertThat(profiler.session().output(output).toArray())
                    .isEqualTo(plain.output(output).toArray());
        }
    }
}
