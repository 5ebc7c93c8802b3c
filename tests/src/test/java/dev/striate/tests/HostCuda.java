package dev.striate.tests;

import dev.striate.runtime.cuda.CodeCache;
import dev.striate.runtime.cuda.CudaBackend;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Style;
import java.nio.charset.StandardCharsets;

/**
 * The CUDA backend on a device that is this machine: the same plans, arguments, captured steps and sources of kernels, compiled by
 * the machine's C++ compiler instead of CUDA's.
 */
final class HostCuda {
    final HostCode code;
    final HostDriver driver;
    final HostDnn dnn;
    final HostBlas blas;
    final CudaBackend backend;

    HostCuda() {
        this(new HostCode());
    }

    /** One device, with kernels that others have, too. */
    HostCuda(HostCode code) {
        this(code, new HostStreams(1));
    }

    /** One of several devices. */
    HostCuda(HostCode code, HostStreams streams) {
        this.code = code;
        this.driver = new HostDriver(code, streams);
        this.dnn = new HostDnn(driver);
        this.blas = new HostBlas(driver);
        this.backend = backend(Style.F32, false);
    }

    /** The backend in a style, perhaps with every step waited for. */
    CudaBackend backend(Style style, boolean debug) {
        Cuda cuda = new Cuda(driver, (source, capability) -> source.getBytes(StandardCharsets.UTF_8), dnn, blas);
        return new CudaBackend(cuda, new CodeCache(cuda, null), style, debug, null);
    }

    /** What has not been freed. */
    int open() {
        return driver.open() + dnn.open() + blas.open();
    }
}
