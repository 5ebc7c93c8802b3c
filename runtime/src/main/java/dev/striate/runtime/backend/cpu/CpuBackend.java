package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Fill;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.OneHot;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import dev.striate.core.kernel.RandomNormal;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.core.kernel.Reshape;
import dev.striate.core.kernel.Row;
import dev.striate.core.kernel.Running;
import dev.striate.core.kernel.Slice;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.core.kernel.TopK;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.MissingLibraryException;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The CPU backend. How work is split follows from shapes alone, and partial results are added in a fixed order, so that
 * results have the same bits with any number of threads. Layout NCHW.
 */
public final class CpuBackend implements Backend {
    private final WorkerPool pool;

    private CpuBackend(WorkerPool pool) {
        this.pool = pool;
    }

    /**
     * A backend with threads of its own, which stay for the life of the process.
     *
     * @param threads how many, the calling one included; at least 1
     * @throws MissingLibraryException when OpenBLAS is not there for this system; the message says why
     */
    public static CpuBackend create(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("the cpu backend needs at least one thread, not " + threads);
        }
        Library.requireOnClassPath();
        return new CpuBackend(new WorkerPool(threads));
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return Library.description() + ", " + Faster.KERNELS.description() + ", " + pool.threads()
                + (pool.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public UpdateLoops updates() {
        return Faster.KERNELS.updates(pool);
    }

    @Override
    public KernelTable kernels() {
        Cpu cpu = new Cpu(pool, new Scratch(pool.threads()));
        Elements elements = new Elements(cpu);
        Boxes boxes = new Boxes(cpu);
        Upsampling upsampling = new Upsampling(cpu);
        Reductions reductions = new Reductions(cpu);
        FullyConnected fullyConnected = new FullyConnected(cpu);
        Losses losses = new Losses(cpu);
        Pooling pooling = new Pooling(cpu);
        BatchNormalization batchNorm = new BatchNormalization(cpu);
        Normalization normalization = new Normalization(cpu);
        LinePooling linePooling = new LinePooling(cpu);
        TransposedConvolution transposed = new TransposedConvolution(cpu);
        ElementLosses elementLosses = new ElementLosses(cpu);
        DistanceLosses distanceLosses = new DistanceLosses(cpu);
        LocalConnections local = new LocalConnections(cpu);
        AdaptivePooling adaptive = new AdaptivePooling(cpu);
        KernelTable table = new KernelTable()
                .add(Conv.class, new ConvForward(cpu))
                .add(Fused.class, new Fusion(cpu))
                .add(ConvGradInput.class, new ConvInputGradient(cpu))
                .add(ConvGradWeight.class, new ConvWeightGradient(cpu))
                .add(Pool.class, pooling::forward)
                .add(LocallyConnected.class, local::forward)
                .add(LocallyConnectedGradInput.class, local::inputGradient)
                .add(LocallyConnectedGradWeight.class, local::weightGradient)
                .add(AdaptiveAvgPool.class, adaptive::forward)
                .add(AdaptiveAvgPoolGrad.class, adaptive::gradient)
                .add(L2PoolGrad.class, pooling::l2Gradient)
                .add(MaxPoolGrad.class, pooling::maxGradient)
                .add(AvgPoolGrad.class, pooling::averageGradient)
                .add(Fc.class, fullyConnected::forward)
                .add(FcGradInput.class, fullyConnected::inputGradient)
                .add(FcGradWeight.class, fullyConnected::weightGradient)
                .add(ChannelSum.class, elements::channelSum)
                .add(Pointwise.class, elements::pointwise)
                .add(Dropout.class, elements::dropout)
                .add(Fill.class, elements::fill)
                .add(Slice.class, boxes::slice)
                .add(Pad.class, boxes::pad)
                .add(Concat.class, boxes::concat)
                .add(Expand.class, elements::expand)
                .add(Reduce.class, reductions::reduce)
                .add(ReduceMaxGrad.class, reductions::maxGradient)
                .add(Crop.class, boxes::crop)
                .add(ChannelShuffle.class, boxes::channelShuffle)
                .add(Upsample.class, upsampling::forward)
                .add(UpsampleGrad.class, upsampling::gradient)
                .add(RandomNormal.class, elements::randomNormal)
                .add(Flatten.class, elements::copy)
                .add(Reshape.class, elements::copy)
                .add(Softmax.class, losses::softmax)
                .add(LogSoftmax.class, losses::logSoftmax)
                .add(LogSoftmaxGrad.class, losses::logSoftmaxGradient)
                .add(Prelu.class, elements::prelu)
                .add(SoftmaxGrad.class, losses::softmaxGradient)
                .add(CrossEntropy.class, losses.crossEntropy())
                .add(CrossEntropyGrad.class, losses::crossEntropyGradient)
                .add(Quadratic.class, new SampleMean<>(cpu, losses::quadratic))
                .add(QuadraticGrad.class, losses::quadraticGradient)
                .add(OneHot.class, losses::oneHot)
                .add(TopK.class, new SampleMean<>(cpu, losses::topK))
                .add(BatchNorm.class, batchNorm::forward)
                .add(ChannelScale.class, batchNorm::scale)
                .add(ChannelShift.class, batchNorm::shift)
                .add(BatchNormGradInput.class, batchNorm::inputGradient)
                .add(BatchNormGradSums.class, batchNorm::gradientSums)
                .add(ChannelMoments.class, batchNorm::moments)
                .add(Row.class, elements::row)
                .add(Running.class, batchNorm::running)
                .add(Norm.class, normalization::forward)
                .add(NormGradInput.class, normalization::inputGradient)
                .add(NormGradWeight.class, normalization.weightGradient())
                .add(L2Normalize.class, normalization::l2)
                .add(L2NormalizeGrad.class, normalization::l2Gradient)
                .add(Lrn.class, normalization::lrn)
                .add(LrnGrad.class, normalization::lrnGradient)
                .add(LinePool.class, linePooling::forward)
                .add(LinePoolGrad.class, linePooling::gradient)
                .add(GaussianNoise.class, elements::gaussianNoise)
                .add(ConvTranspose.class, transposed)
                .add(ConvTransposeGradInput.class, transposed.inputGradient())
                .add(DistanceLoss.class, new SampleMean<>(cpu, distanceLosses::forward))
                .add(DistanceLossGrad.class, distanceLosses::gradient)
                .add(ClassMetric.class, new ClassMetrics(cpu))
                .add(ElementLoss.class, elementLosses.forward())
                .add(ElementLossGrad.class, elementLosses::gradient);
        Faster.KERNELS.addTo(table, cpu);
        return table;
    }

    /** The kernels of other modules that are faster than those here, or none. */
    private static final class Faster {
        static final CpuKernels KERNELS = find();

        private static CpuKernels find() {
            List<CpuKernels> all = ServiceLoader.load(CpuKernels.class, CpuKernels.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
            String why = all.isEmpty()
                    ? "striate-runtime-simd is not on the class path"
                    : all.getFirst().whyNot();
            if (why.isEmpty()) {
                return all.getFirst();
            }
            System.getLogger("dev.striate.runtime")
                    .log(Level.INFO, "no SIMD kernels, so convolutions are slower: " + why);
            return new NoKernels(why);
        }
    }

    /** What there is without SIMD. */
    private record NoKernels(String whyNot) implements CpuKernels {
        @Override
        public String description() {
            return "no SIMD kernels (" + whyNot + ")";
        }

        @Override
        public UpdateLoops updates(WorkerPool pool) {
            return UpdateLoops.plain();
        }

        @Override
        public void addTo(KernelTable table, Cpu cpu) {}
    }
}
