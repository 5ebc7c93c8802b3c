package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The plans of a session's calls of libraries, one for all equal ones. */
final class LibraryPlans implements AutoCloseable {
    private final Map<Call, LibraryPlan> plans = new HashMap<>();
    /** Those that the library has no kernel for. */
    private final Set<Call.Graph> refused = new HashSet<>();

    private final Cuda cuda;
    private final Style style;
    private final @Nullable CallTuner tuner;

    /**
     * None yet.
     *
     * @param tuner chooses algorithms; null where the libraries do
     */
    LibraryPlans(Cuda cuda, Style style, @Nullable CallTuner tuner) {
        this.cuda = cuda;
        this.style = style;
        this.tuner = tuner;
    }

    /** Work with what is done otherwise for graphs that the library has no kernel for. */
    Work resolve(Work work) {
        return work.replacing(call -> call instanceof Call.Graph g && !isKnown(g) ? g.otherwise() : List.of(call));
    }

    private boolean isKnown(Call.Graph graph) {
        if (plans.containsKey(graph)) {
            return true;
        }
        if (refused.contains(graph)) {
            return false;
        }
        GraphPlan plan = GraphPlan.of(cuda.dnn().graphs(), graph, tuner != null);
        if (plan == null) {
            refused.add(graph);
            return false;
        }
        keep(graph, plan);
        return true;
    }

    /** The scratch memory of a step: what its kernels or its libraries need, whichever is more. */
    long workspace(Work work) {
        return of(work).values().stream().mapToLong(LibraryPlan::workspace).reduce(work.scratch(), Math::max);
    }

    /** Those of a step. */
    Map<Call, LibraryPlan> of(Work work) {
        Map<Call, LibraryPlan> own = new HashMap<>();
        for (Call call : work.calls()) {
            if (!(call instanceof Call.Launch || call instanceof Call.Copy)) {
                own.put(call, of(call));
            }
        }
        return own;
    }

    private LibraryPlan of(Call call) {
        LibraryPlan known = plans.get(call);
        if (known != null) {
            return known;
        }
        LibraryPlan plan = new AlignedPlan(
                cuda.driver(),
                switch (call) {
                    case Call.Product p -> new ProductPlan(cuda.blas(), p, style.isChannelsLast(), tuner != null);
                    case Call.Convolution c -> new ConvolutionPlan(cuda.dnn(), c);
                    case Call.Graph g -> throw new IllegalArgumentException("not resolved");
                    case Call.Launch l -> throw new IllegalArgumentException("no call of a library");
                    case Call.Copy c -> throw new IllegalArgumentException("no call of a library");
                });
        keep(call, plan);
        return plan;
    }

    private void keep(Call call, LibraryPlan plan) {
        plans.put(call, plan);
        if (tuner != null) {
            tuner.tune(plan);
        }
    }

    @Override
    public void close() {
        plans.values().forEach(LibraryPlan::close);
    }
}
