package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plans of a session's calls of libraries, one for all equal ones. */
final class LibraryPlans implements AutoCloseable {
    private final Map<Call, LibraryPlan> plans = new HashMap<>();
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

    /** The scratch memory of a step: what its kernels or its libraries need, whichever is more. */
    long workspace(Work work) {
        return of(work).values().stream().mapToLong(LibraryPlan::workspace).reduce(work.scratch(), Math::max);
    }

    /** Those of a step. */
    Map<Call, LibraryPlan> of(Work work) {
        Map<Call, LibraryPlan> own = new HashMap<>();
        for (Call call : work.calls()) {
            if (call instanceof Call.Product || call instanceof Call.Convolution) {
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
                    case Call.Launch l -> throw new IllegalArgumentException("no call of a library");
                    case Call.Copy c -> throw new IllegalArgumentException("no call of a library");
                });
        plans.put(call, plan);
        if (tuner != null) {
            tuner.tune(plan);
        }
        return plan;
    }

    @Override
    public void close() {
        plans.values().forEach(LibraryPlan::close);
    }
}
