package dev.striate.bench.kernel;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.BoundKernel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The convolutions of ResNet-18 by shape, forward and both backward directions. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ConvolutionBenchmark {
    /** Input channels, height and width, filters, kernel, stride. */
    @Param({
        "3 224 64 7 2",
        "64 56 64 3 1",
        "64 56 128 3 2",
        "64 56 128 1 2",
        "128 28 128 3 1",
        "128 28 256 3 2",
        "256 14 256 3 1",
        "256 14 512 3 2",
        "512 7 512 3 1"
    })
    public String shape = "";

    /** {@code forward}, {@code input} or {@code weight}: the result, or the gradient by one of them. */
    @Param({"forward", "input", "weight"})
    public String direction = "";

    /** Samples. */
    @Param("1")
    public int batch;

    /** Threads of the backend. */
    @Param("1")
    public int threads;

    private @Nullable BoundKernel kernel;
    private long macs;

    /** For JMH. */
    public ConvolutionBenchmark() {}

    /** Binds the kernel. */
    @Setup(Level.Trial)
    public void open() {
        int[] s =
                Arrays.stream(shape.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
        Conv conv = Conv.conv(s[2], s[3], s[3])
                .stride(s[4], s[4])
                .pad(s[3] / 2)
                .round(Rounding.FLOOR)
                .withoutBias();
        Sizes x = Sizes.of(batch, s[0], s[1], s[1]);
        Sizes y = conv.output(List.of(x));
        Sizes weight = conv.params(List.of(x)).getFirst().shape();
        macs = (long) y.elements() * weight.elementsFrom(1);
        kernel = switch (direction) {
            case "forward" -> bound(conv, x);
            case "input" -> bound(ConvGradInput.convGradInput(conv, x.toArray()), y, weight);
            default -> bound(ConvGradWeight.convGradWeight(conv), y, x);
        };
    }

    private BoundKernel bound(Kernel description, Sizes... data) {
        return new BoundKernel(Backends.cpu(threads), description, List.of(data), 1);
    }

    /** One convolution. */
    @Benchmark
    public void convolution(Counters counters) {
        counters.run(requireNonNull(kernel), macs);
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        requireNonNull(kernel).close();
    }
}
