package dev.striate.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.plan.Summary;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Window;
import dev.striate.runtime.backend.Pooled;
import dev.striate.runtime.backend.Profiler;
import dev.striate.runtime.backend.Profiler.TimedStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Where the time of a run goes.
 *
 * @param net the net's name
 * @param pass what was run, such as {@code training step}
 * @param sizes of the batch N and of the symbolic dimensions
 * @param backend what it ran on
 * @param rounds how many runs were timed
 * @param peak the fused multiply-adds that the machine can do, in GFLOP/s; 0 when that is not known
 * @param nanos the median time of a run
 * @param rows one for each step that takes time, in the order in which they run
 */
record Profile(
        String net,
        String pass,
        Map<String, Long> sizes,
        String backend,
        int rounds,
        double peak,
        long nanos,
        List<Row> rows) {
    /** Code is compiled when no run for so long was faster by a twentieth than all before. */
    private static final long WARM_UP_NANOS = 1_500_000_000L;

    private static final double FASTER = 0.95;

    /** Copies the list. */
    Profile {
        rows = List.copyOf(rows);
    }

    /**
     * One step.
     *
     * @param path of its layer, or what the compiler named it by, such as {@code conv1.weight.grad}
     * @param place where it comes from: {@code file.cnn:8}
     * @param backward whether it belongs to the backward pass
     * @param operation what it does
     * @param kernel how the backend does it
     * @param shape of its result
     * @param macs its multiply-accumulate operations
     * @param bytes what it reads and writes at least: operands and result
     * @param nanos its median time
     */
    record Row(
            String path,
            String place,
            boolean backward,
            String operation,
            String kernel,
            String shape,
            long macs,
            long bytes,
            long nanos) {
        /** Multiplications and additions, in GFLOP/s; 0 for a step without multiply-accumulate operations. */
        @JsonProperty
        double gflops() {
            return 2.0 * macs / Math.max(1, nanos);
        }

        /** How fast it moves its bytes, in GB/s. */
        @JsonProperty
        double bandwidth() {
            return (double) bytes / Math.max(1, nanos);
        }
    }

    /** The share of the peak that a rate in GFLOP/s is, in percent; empty when the peak is not known. */
    String ofPeak(double gflops) {
        return peak == 0 ? "" : ProfileText.percent(gflops / peak);
    }

    /** Runs a session until it is warm, and then so many rounds that count; the times of each. */
    static List<long[]> times(Profiler profiler, int rounds) {
        warmUp(profiler);
        List<long[]> times = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            long before = System.nanoTime();
            long[] steps = profiler.run();
            long[] all = Arrays.copyOf(steps, steps.length + 1);
            all[steps.length] = System.nanoTime() - before;
            times.add(all);
        }
        return times;
    }

    private static void warmUp(Profiler profiler) {
        long best = Long.MAX_VALUE;
        long since = System.nanoTime();
        for (long begin = since; begin - since < WARM_UP_NANOS; begin = System.nanoTime()) {
            profiler.run();
            long end = System.nanoTime();
            if (end - begin < FASTER * best) {
                best = end - begin;
                since = end;
            }
        }
    }

    /** The median of column {@code index}. */
    static long median(List<long[]> times, int index) {
        long[] column = times.stream().mapToLong(t -> t[index]).sorted().toArray();
        return (column[(column.length - 1) / 2] + column[column.length / 2]) / 2;
    }

    /**
     * What the times of a session's steps say of the nodes of a graph.
     *
     * @param graph what was run, after all passes
     * @param sizes of the batch and of the symbolic dimensions
     * @param times those of each step, and behind them that of the whole run
     */
    static List<Row> rows(Graph graph, Map<String, Long> sizes, List<TimedStep> steps, List<long[]> times) {
        Map<String, Node> nodes = new HashMap<>();
        graph.nodes().forEach(node -> nodes.put(node.path(), node));
        for (Graph.Result result : graph.results()) {
            switch (result.kind()) {
                case GRADIENT -> nodes.put(result.name() + " gradient", result.node());
                case STATE -> nodes.put(result.name() + " new value", result.node());
                default -> {}
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            TimedStep step = steps.get(i);
            Node node = Objects.requireNonNull(nodes.get(step.path()), step.path());
            rows.add(new Row(
                    node.path(),
                    node.origin().place(),
                    isBackward(node.origin()),
                    text(step.kernel()),
                    step.chosen(),
                    step.shape().toString(),
                    Summary.macs(node, sizes),
                    step.bytes(),
                    median(times, i)));
        }
        return rows;
    }

    private static boolean isBackward(Origin origin) {
        return origin instanceof Origin.Derived derived
                && (derived.by().equals("autodiff") || isBackward(derived.from()));
    }

    /** Such as {@code conv 3x3/2 + add_relu}: stride 2, and two functions of the result. */
    private static String text(Kernel kernel) {
        return switch (kernel) {
            case Fused fused -> text(fused.anchor()) + " + " + fused.epilogue().name();
            case Pointwise pointwise -> pointwise.name();
            case Pooled pooled ->
                "%s + %s_pool %s"
                        .formatted(
                                text(pooled.anchor()),
                                pooled.pool().kind().name().toLowerCase(Locale.ROOT),
                                window(pooled.pool().window()));
            case Conv conv -> "conv " + window(conv.window());
            case ConvGradInput gradient ->
                "conv_grad_input " + window(gradient.conv().window());
            case ConvGradWeight gradient ->
                "conv_grad_weight " + window(gradient.conv().window());
            default ->
                kernel.getClass()
                        .getSimpleName()
                        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                        .toLowerCase(Locale.ROOT);
        };
    }

    private static String window(Window window) {
        Extent stride = window.stride();
        String by = stride.h() == stride.w() ? Integer.toString(stride.h()) : stride.toString();
        return window.kernel() + (by.equals("1") ? "" : "/" + by);
    }
}
