package dev.striate.runtime.cuda;

import dev.striate.core.kernel.Kernel;
import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Works;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backend for NVIDIA GPUs. Convolutions run by cuDNN and matrix products by cuBLASLt, all else by kernels that are written for
 * the shapes of a session and compiled when it is opened. A session's steps are captured once as a graph and replayed.
 */
public final class CudaBackend implements Backend {
    /** The compute capability from which on libraries multiply bfloat16. */
    private static final int OF_BFLOAT16 = 80;

    private final Cuda cuda;
    private final CodeCache code;
    private final WeightsPool weights;
    private final Style style;
    private final boolean debug;
    private final @Nullable Path tuned;
    /** What training sessions have of their batches, where several devices share them. */
    private final @Nullable Share share;

    /**
     * On a device.
     *
     * @param code keeps what was compiled for this device
     * @param style how feature maps lie, and what is multiplied
     * @param debug whether every step is waited for, so that a failure names the line of the source that it comes from
     * @param tuned where it is kept which algorithms are the fastest, when {@link Tuner#PROPERTY} asks for that; null where nothing is ever measured
     */
    public CudaBackend(Cuda cuda, CodeCache code, Style style, boolean debug, @Nullable Path tuned) {
        this(cuda, code, new WeightsPool(cuda, code, style, true), style, debug, tuned, null);
    }

    private CudaBackend(
            Cuda cuda,
            CodeCache code,
            WeightsPool weights,
            Style style,
            boolean debug,
            @Nullable Path tuned,
            @Nullable Share share) {
        this.cuda = cuda;
        this.code = code;
        this.weights = weights;
        this.style = style;
        this.debug = debug;
        this.tuned = tuned;
        this.share = share;
    }

    /** This one as one of several that learn the same: what another one learns becomes the weights' values. */
    CudaBackend following() {
        return new CudaBackend(cuda, code, new WeightsPool(cuda, code, style, false), style, debug, tuned, null);
    }

    /** This one for sessions that have a part of each batch. */
    CudaBackend sharing(Share part) {
        return new CudaBackend(cuda, code, weights, style, debug, tuned, part);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return cuda.driver().description();
    }

    @Override
    public Optional<Backend> in(Precision precision) {
        return Optional.of(with(precision));
    }

    /** The backend that computes in a precision; see {@link #in}. */
    CudaBackend with(Precision precision) {
        return switch (precision) {
            case F32 -> this;
            case MIXED_BF16 -> withBfloat16();
            case MIXED_FP16 -> in(Style.FP16);
        };
    }

    private CudaBackend withBfloat16() {
        int capability = cuda.driver().capability();
        if (capability < OF_BFLOAT16) {
            throw new IllegalStateException(String.format(
                    "mixed(bf16) needs a GPU of compute capability 8.0 or more, and this one has %d.%d; take precision f32",
                    capability / 10, capability % 10));
        }
        return in(Style.BF16);
    }

    private CudaBackend in(Style other) {
        return new CudaBackend(cuda, code, other, debug, tuned);
    }

    private @Nullable CallTuner tuner() {
        if (tuned == null || !Boolean.getBoolean(Tuner.PROPERTY)) {
            return null;
        }
        String setting = String.join(
                ", ",
                cuda.driver().description(),
                cuda.dnn().version() + (cuda.dnn().isDeterministic() ? ", deterministic" : ""),
                cuda.blas().version());
        return new CallTuner(cuda.driver(), new Tuner(tuned, setting));
    }

    @Override
    public KernelTable kernels() {
        CudaSession session = new CudaSession(cuda, code, weights, style, debug, tuner(), share);
        KernelTable table = new KernelTable().on(session).nativeForm(session);
        Works.kinds().forEach(kind -> add(table, kind, session.steps()));
        return table;
    }

    private static <K extends Kernel> void add(KernelTable table, Class<K> kind, SessionSteps steps) {
        KernelFactory<K> factory = new CudaKernel<>(steps);
        table.add(kind, factory);
    }
}
