package dev.striate.runtime.cuda;

import dev.striate.core.window.Grid;
import dev.striate.runtime.cuda.driver.ConvolutionGraph;
import dev.striate.runtime.cuda.driver.Graphs;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.ConvSizes;
import dev.striate.runtime.cuda.kernel.Element;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A convolution and what follows it, by one kernel of cuDNN's. */
final class GraphPlan implements LibraryPlan {
    /** How many kernels are asked for where they are measured. The library compiles most of them, half a second each. */
    private static final int WAYS = 8;

    /** Where operands lie, as numbers and as a descriptor. */
    private record Pack(long x, long weight, long bias, long addend, long y, long scratch, long descriptor) {}

    private final Call.Graph call;
    private final ConvolutionGraph graph;
    /** In the order of the library, each named by its number. */
    private final List<ConvolutionGraph.Plan> plans;

    /** Steps with equal calls share a plan, so there are few. */
    private final List<Pack> packs = new ArrayList<>();

    private int taken;

    private GraphPlan(Call.Graph call, ConvolutionGraph graph, List<ConvolutionGraph.Plan> plans) {
        this.call = call;
        this.graph = graph;
        this.plans = plans;
    }

    /**
     * The plan, or null where the library has no kernel for the graph, which is said in the log.
     *
     * @param measures whether more than one kernel is asked for
     */
    static @Nullable GraphPlan of(Graphs graphs, Call.Graph call, boolean measures) {
        List<String> refusals = new ArrayList<>();
        try {
            ConvolutionGraph graph = new ConvolutionGraph(graphs, call);
            List<ConvolutionGraph.Plan> plans = graph.plans(measures ? WAYS : 1, refusals);
            if (!plans.isEmpty()) {
                return new GraphPlan(call, graph, withinReason(plans));
            }
            graph.close();
        } catch (IllegalStateException e) {
            refusals.add(e.getMessage());
        }
        System.getLogger("dev.striate.runtime")
                .log(Level.DEBUG, () -> "cuDNN has no kernel for " + description(call) + ": " + refusals);
        return null;
    }

    /** The first, and of the others those that do not take too much scratch memory. */
    private static List<ConvolutionGraph.Plan> withinReason(List<ConvolutionGraph.Plan> plans) {
        return plans.stream()
                .filter(p -> p.equals(plans.getFirst()) || p.workspace() <= ConvolutionPlan.MOST_WORKSPACE)
                .toList();
    }

    private static String description(Call.Graph call) {
        return "a convolution" + (call.addend() < 0 ? "" : ", sum") + (call.bias() < 0 ? "" : ", bias") + ", "
                + call.activation() + " of " + call.shape();
    }

    @Override
    public String description() {
        return description(call);
    }

    @Override
    public List<String> ways() {
        return IntStream.range(0, plans.size()).mapToObj(Integer::toString).toList();
    }

    @Override
    public void take(String way) {
        taken = Integer.parseInt(way);
    }

    @Override
    public long[] operands() {
        ConvSizes s = call.shape();
        Grid g = s.grid();
        long bytes = s.element().bytes();
        long y = bytes * s.n() * s.f() * g.outH() * g.outW();
        return new long[] {
            bytes * s.n() * s.c() * g.h() * g.w(),
            bytes * s.f() * (s.c() / s.groups()) * g.kernelH() * g.kernelW(),
            call.bias() < 0 ? 0 : (long) Element.FLOAT32.bytes() * s.f(),
            call.addend() < 0 ? 0 : y,
            y
        };
    }

    /** None: a graph says that its bias may begin anywhere, and gets copies of weights. */
    @Override
    public List<Integer> packed() {
        return List.of();
    }

    @Override
    public long workspace() {
        return plans.get(taken).workspace();
    }

    @Override
    public void run(long x, long weight, long bias, long addend, long y, long scratch, long stream) {
        graph.execute(plans.get(taken), pack(x, weight, bias, addend, y, scratch), stream);
    }

    private long pack(long x, long weight, long bias, long addend, long y, long scratch) {
        for (int i = 0; i < packs.size(); i++) {
            Pack p = packs.get(i);
            if (p.x == x
                    && p.weight == weight
                    && p.bias == bias
                    && p.addend == addend
                    && p.y == y
                    && p.scratch == scratch) {
                return p.descriptor;
            }
        }
        long descriptor = graph.pack(x, weight, bias, addend, y, scratch);
        packs.add(new Pack(x, weight, bias, addend, y, scratch, descriptor));
        return descriptor;
    }

    @Override
    public void close() {
        graph.close();
    }
}
