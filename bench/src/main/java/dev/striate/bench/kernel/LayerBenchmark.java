package dev.striate.bench.kernel;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.BoundKernel;
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

/** The layers of classic nets that are bound by memory: pooling, batch normalization, fully connected, element-wise. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class LayerBenchmark {
    private static final int FC = 4096;

    /** Which layer. */
    @Param({"max_pool", "avg_pool", "global_avg_pool", "batch_norm", "relu", "add", "fc"})
    public String layer = "";

    /** Samples. */
    @Param("1")
    public int batch;

    /** Threads of the backend. */
    @Param("1")
    public int threads;

    private @Nullable BoundKernel kernel;
    private long macs;

    /** For JMH. */
    public LayerBenchmark() {}

    /** Binds the kernel. */
    @Setup(Level.Trial)
    public void open() {
        Backend backend = Backends.cpu(threads);
        Sizes large = Sizes.of(batch, 64, 112, 112);
        List<Sizes> one = List.of(large);
        kernel = switch (layer) {
            case "max_pool" ->
                new BoundKernel(backend, Pool.maxPool(3, 3).stride(2, 2).pad(1).round(Rounding.FLOOR), one, 1);
            case "avg_pool" -> new BoundKernel(backend, Pool.avgPool(2, 2).stride(2, 2), one, 1);
            case "global_avg_pool" -> new BoundKernel(backend, LinePool.globalAvgPool(), one, 1);
            case "batch_norm" -> new BoundKernel(backend, BatchNorm.batchNorm(1e-5), one, 1);
            case "relu" -> new BoundKernel(backend, Pointwise.relu(), one, 1);
            case "add" -> new BoundKernel(backend, Pointwise.add(), List.of(large, large), 1);
            default -> new BoundKernel(backend, Fc.fc(FC), List.of(Sizes.of(batch, FC)), 1);
        };
        macs = layer.equals("fc") ? (long) batch * FC * FC : 0;
    }

    /** One layer. */
    @Benchmark
    public void layer(Counters counters) {
        counters.run(requireNonNull(kernel), macs);
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        requireNonNull(kernel).close();
    }
}
