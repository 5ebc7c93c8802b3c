package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The plans of a session's calls of libraries, one for all equal ones. */
final class LibraryPlans implements AutoCloseable {
    private final Map<Call, LibraryPlan> plans = new HashMap<>();
    /** Those that the library does in no way. */
    private final Set<Call> refused = new HashSet<>();

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

    /** Work with what is done otherwise for calls that the library refuses. */
    Work resolve(Work work) {
        return work.replacing(this::possible);
    }

    private List<Call> possible(Call call) {
        return switch (call) {
            case Call.Graph g -> isKnown(g) ? List.of(g) : possible(g.otherwise());
            case Call.Convolution c -> isKnown(c) ? List.of(c) : possible(c.otherwise());
            case Call.Product p -> List.of(p);
            case Call.Launch l -> List.of(l);
            case Call.Copy c -> List.of(c);
        };
    }

    private List<Call> possible(List<Call> calls) {
        return calls.stream().flatMap(call -> possible(call).stream()).toList();
    }

    private boolean isKnown(Call.Graph graph) {
        return isKnown(graph, () -> {
            GraphPlan plan = GraphPlan.of(cuda.dnn().graphs(), graph, tuner != null);
            return plan == null ? null : tuned(plan);
        });
    }

    private boolean isKnown(Call.Convolution convolution) {
        return isKnown(convolution, () -> prepared(convolution));
    }

    private boolean isKnown(Call call, Supplier<@Nullable LibraryPlan> prepared) {
        if (!plans.containsKey(call) && !refused.contains(call)) {
            LibraryPlan plan = prepared.get();
            if (plan == null) {
                refused.add(call);
            } else {
                plans.put(call, plan);
            }
        }
        return plans.containsKey(call);
    }

    /** A convolution in a way that was tried; null where the library does it in none. */
    private @Nullable LibraryPlan prepared(Call.Convolution call) {
        LibraryPlan plan = null;
        try {
            plan = new AlignedPlan(cuda.driver(), new ConvolutionPlan(cuda.dnn(), call));
            if (tuner == null || plan.ways().size() == 1) {
                Rehearsal.takeFirstPossible(cuda.driver(), plan);
            }
            return tuned(plan);
        } catch (RefusedException e) {
            System.getLogger("dev.striate.runtime")
                    .log(Level.DEBUG, () -> "cuDNN does not do " + call.kind() + " of " + call.shape(), e);
            if (plan != null) {
                plan.close();
            }
            return null;
        }
    }

    private LibraryPlan tuned(LibraryPlan plan) {
        if (tuner != null) {
            tuner.tune(plan);
        }
        return plan;
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
        if (!(call instanceof Call.Product product)) {
            throw new IllegalArgumentException("not resolved");
        }
        boolean deterministic = cuda.dnn().isDeterministic();
        LibraryPlan plan = new AlignedPlan(
                cuda.driver(),
                new ProductPlan(cuda.blas(), product, style.isChannelsLast(), deterministic, tuner != null));
        plans.put(call, plan);
        return tuned(plan);
    }

    @Override
    public void close() {
        plans.values().forEach(LibraryPlan::close);
    }
}
