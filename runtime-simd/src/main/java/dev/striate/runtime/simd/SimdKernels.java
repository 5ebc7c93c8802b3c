package dev.striate.runtime.simd;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Pooled;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.backend.cpu.CpuKernels;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/** The SIMD kernels of the CPU backend. */
public final class SimdKernels implements CpuKernels {
    private static final String MODULE = "jdk.incubator.vector";

    /** For {@link java.util.ServiceLoader}. */
    public SimdKernels() {}

    @Override
    public String whyNot() {
        String width = System.getProperty(Simd.WIDTH, "");
        return switch (width) {
            case "off" -> "-Dstriate.simd=off turns them off";
            case "", "128", "256", "512" -> missingFlag();
            default -> "-Dstriate.simd must be 128, 256, 512 or off, not " + width;
        };
    }

    /** What to start java with; empty if nothing is missing. */
    @SuppressWarnings("restricted") // to find out whether it is refused
    private static String missingFlag() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return "start java with --add-modules " + MODULE;
        }
        try {
            MemorySegment.NULL.reinterpret(1);
            return "";
        } catch (IllegalCallerException e) {
            Module own = SimdKernels.class.getModule();
            return "start java with --enable-native-access=" + (own.isNamed() ? own.getName() : "ALL-UNNAMED");
        }
    }

    @Override
    public String description() {
        return "SIMD of " + 8 * Simd.BYTES + " bits";
    }

    @Override
    public UpdateLoops updates(WorkerPool pool) {
        return new SimdUpdates(pool);
    }

    @Override
    public void addTo(KernelTable table, Cpu cpu) {
        Tuning tuning = new Tuning(table, cpu);
        new BlockKernels(table, cpu).add();
        SimdConv conv = new SimdConv(cpu, ConvChoice::forward);
        Elementwise elementwise = new Elementwise(cpu);
        DirectForward direct = new DirectForward(cpu);
        RowConvolution rows = new RowConvolution(cpu);
        NormOfGroups norms = new NormOfGroups(cpu);
        NormOfPlaces layers = new NormOfPlaces(cpu);
        SoftmaxOfPlaces softmax = new SoftmaxOfPlaces(cpu);
        LogSoftmaxOfPlaces logSoftmax = new LogSoftmaxOfPlaces(cpu);
        L2NormalizeOfPlaces lengths = new L2NormalizeOfPlaces(cpu);
        table.copies(new Relayout(cpu)::bind)
                .add(Conv.class, direct)
                .add(Fused.class, new DirectForward.WithEpilogue(direct))
                .add(Conv.class, rows)
                .add(Fused.class, new RowConvolution.WithEpilogue(rows))
                .add(ConvGradInput.class, new DirectInputGradient(cpu))
                .add(ConvGradInput.class, new RowInputGradient(cpu))
                .add(ConvGradWeight.class, new DirectWeightGradient(cpu))
                .add(ConvGradWeight.class, new RowWeightGradient(cpu))
                .add(Conv.class, conv)
                .add(Fused.class, conv.fused())
                .add(ConvGradInput.class, new SimdConvGradInput(cpu, ConvChoice::of))
                .add(ConvGradWeight.class, new SimdConvGradWeight(cpu, ConvChoice::of))
                .add(Norm.class, norms.forward())
                .add(Norm.class, layers.forward())
                .add(NormGradInput.class, norms.inputGradient())
                .add(NormGradInput.class, layers.inputGradient())
                .add(NormGradWeight.class, norms.weightGradient())
                .add(NormGradWeight.class, layers.weightGradient())
                .add(Softmax.class, softmax.forward())
                .add(SoftmaxGrad.class, softmax.gradient())
                .add(LogSoftmax.class, logSoftmax.forward())
                .add(LogSoftmaxGrad.class, logSoftmax.gradient())
                .add(L2Normalize.class, lengths.forward())
                .add(L2NormalizeGrad.class, lengths.gradient())
                .add(Pointwise.class, elementwise)
                .add(Prelu.class, new Elementwise.OfPrelu(elementwise));
        if (Boolean.getBoolean(Tuner.PROPERTY)) {
            tuning.add(new Tuner(Tuning.folder(), Tuning.setting(cpu))); // which measures kernels by themselves
        } else {
            table.add(Pooled.class, new PooledStem(cpu));
        }
    }
}
