package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.runtime.cuda.CodeCache;
import dev.striate.runtime.cuda.CudaBackend;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sessions find kernels that were compiled beforehand; on the host. */
class PreparedCudaTest {
    private final AtomicInteger compiled = new AtomicInteger();
    private final HostCuda host = new HostCuda();
    private final Cuda cuda = new Cuda(
            host.driver,
            (source, capability) -> {
                compiled.incrementAndGet();
                return source.getBytes(StandardCharsets.UTF_8);
            },
            host.dnn,
            host.blas);

    private static List<OpCase> cases() {
        List<OpCase> all = new ArrayList<>();
        for (String operator : List.of("relu", "conv", "softmax")) {
            OpCases.different(operator, 2).values().forEach(c -> all.addAll(KernelsAgreeTest.steps(c)));
        }
        return all;
    }

    /** Computes the cases with these kernels prepared. */
    private void compute(Collection<Source> sources) {
        try (PreparedCuda prepared = new PreparedCuda(cuda, sources)) {
            Cuda there = prepared.cuda();
            CudaBackend backend = new CudaBackend(there, new CodeCache(there, null), Style.F32, false, null);
            cases().forEach(c -> StyleAgreement.check(backend, Style.F32, c, 1e-4, 0));
        }
        assertThat(host.open()).as("what was not freed").isZero();
    }

    @Test
    void noSessionCompilesWhatWasPrepared() {
        assumeTrue(HostCode.isAvailable(), "no g++: nothing was prepared on the host");
        List<Source> sources = CudaKernelsTest.sources(cases(), Style.F32);
        long different = sources.stream().map(Source::name).distinct().count();
        compute(sources);
        assertThat(compiled.get()).isEqualTo(Math.ceilDiv((int) different, 25)).isGreaterThan(1);
    }

    @Test
    void whatWasNotPreparedIsCompiledWhenItIsNeeded() {
        assumeTrue(HostCode.isAvailable(), "no g++: nothing was prepared on the host");
        host.code.prepare(CudaKernelsTest.sources(cases(), Style.F32));
        compute(List.of());
        assertThat(compiled.get()).isGreaterThan(1);
    }
}
