package dev.striate.runtime.cuda;

import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Works;

/**
 * The backend for NVIDIA GPUs. Convolutions run by cuDNN and matrix products by cuBLASLt, all else by kernels that are written for
 * the shapes of a session and compiled when it is opened. A session's steps are captured once as a graph and replayed.
 */
public final class CudaBackend implements Backend {
    private final Cuda cuda;
    private final CodeCache code;
    private final Style style;
    private final boolean debug;

    /**
     * On a device.
     *
     * @param style how feature maps lie, and what is multiplied
     * @param debug whether every step is waited for, so that a failure names the line of the source that it comes from
     */
    public CudaBackend(Cuda cuda, Style style, boolean debug) {
        this.cuda = cuda;
        this.code = new CodeCache(cuda);
        this.style = style;
        this.debug = debug;
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
    public boolean isDevice() {
        return true;
    }

    @Override
    public KernelTable kernels() {
        CudaSession session = new CudaSession(cuda, code, style, debug);
        KernelTable table = new KernelTable().on(session).nativeForm(session);
        Works.kinds().forEach(kind -> add(table, kind, session));
        return table;
    }

    private static <K extends Kernel> void add(KernelTable table, Class<K> kind, CudaSession session) {
        KernelFactory<K> factory = new CudaKernel<>(session);
        table.add(kind, factory);
    }
}
