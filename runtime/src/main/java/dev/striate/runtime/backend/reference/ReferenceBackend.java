package dev.striate.runtime.backend.reference;

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

/** The backend of obvious loops: slow, in one thread, and what the others are compared with. Layout NCHW. */
public final class ReferenceBackend implements Backend {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "plain loops in float64, one thread";
    }

    @Override
    public KernelTable kernels() {
        KernelTable table = new KernelTable();
        return table.add(Fused.class, (kernel, o) -> Elements.fused(table, kernel, o))
                .add(Conv.class, Convolution::forward)
                .add(ConvGradInput.class, Convolution::inputGradient)
                .add(ConvGradWeight.class, Convolution::weightGradient)
                .add(Pool.class, Pooling::forward)
                .add(LocallyConnected.class, LocalConnections::forward)
                .add(LocallyConnectedGradInput.class, LocalConnections::inputGradient)
                .add(LocallyConnectedGradWeight.class, LocalConnections::weightGradient)
                .add(AdaptiveAvgPool.class, AdaptivePooling::forward)
                .add(AdaptiveAvgPoolGrad.class, AdaptivePooling::gradient)
                .add(L2PoolGrad.class, Pooling::l2Gradient)
                .add(MaxPoolGrad.class, Pooling::maxGradient)
                .add(AvgPoolGrad.class, Pooling::averageGradient)
                .add(Fc.class, FullyConnected::forward)
                .add(FcGradInput.class, FullyConnected::inputGradient)
                .add(FcGradWeight.class, FullyConnected::weightGradient)
                .add(ChannelSum.class, Elements::channelSum)
                .add(Pointwise.class, Elements::pointwise)
                .add(Dropout.class, Elements::dropout)
                .add(Fill.class, Elements::fill)
                .add(Slice.class, Shapes::slice)
                .add(Pad.class, Shapes::pad)
                .add(Concat.class, Shapes::concat)
                .add(Expand.class, Shapes::expand)
                .add(Reduce.class, Shapes::reduce)
                .add(ReduceMaxGrad.class, Shapes::reduceMaxGradient)
                .add(Crop.class, Shapes::crop)
                .add(ChannelShuffle.class, Shapes::channelShuffle)
                .add(Upsample.class, Upsampling::forward)
                .add(UpsampleGrad.class, Upsampling::gradient)
                .add(RandomNormal.class, Elements::randomNormal)
                .add(Flatten.class, Elements::copy)
                .add(Reshape.class, Elements::copy)
                .add(Softmax.class, Losses::softmax)
                .add(LogSoftmax.class, Losses::logSoftmax)
                .add(LogSoftmaxGrad.class, Losses::logSoftmaxGradient)
                .add(Prelu.class, Elements::prelu)
                .add(SoftmaxGrad.class, Losses::softmaxGradient)
                .add(CrossEntropy.class, Losses::crossEntropy)
                .add(CrossEntropyGrad.class, Losses::crossEntropyGradient)
                .add(Quadratic.class, Losses::quadratic)
                .add(QuadraticGrad.class, Losses::quadraticGradient)
                .add(OneHot.class, Losses::oneHot)
                .add(TopK.class, Losses::topK)
                .add(BatchNorm.class, BatchNormalization::forward)
                .add(ChannelScale.class, BatchNormalization::scale)
                .add(ChannelShift.class, BatchNormalization::shift)
                .add(BatchNormGradInput.class, BatchNormalization::inputGradient)
                .add(BatchNormGradSums.class, BatchNormalization::gradientSums)
                .add(ChannelMoments.class, BatchNormalization::moments)
                .add(Row.class, Elements::row)
                .add(Running.class, BatchNormalization::running)
                .add(Norm.class, Normalization::forward)
                .add(NormGradInput.class, Normalization::inputGradient)
                .add(NormGradWeight.class, Normalization::weightGradient)
                .add(L2Normalize.class, Normalization::l2)
                .add(L2NormalizeGrad.class, Normalization::l2Gradient)
                .add(Lrn.class, Normalization::lrn)
                .add(LrnGrad.class, Normalization::lrnGradient)
                .add(LinePool.class, LinePooling::forward)
                .add(LinePoolGrad.class, LinePooling::gradient)
                .add(GaussianNoise.class, Elements::gaussianNoise)
                .add(ConvTranspose.class, TransposedConvolution::forward)
                .add(ConvTransposeGradInput.class, TransposedConvolution::inputGradient)
                .add(DistanceLoss.class, DistanceLosses::forward)
                .add(DistanceLossGrad.class, DistanceLosses::gradient)
                .add(ClassMetric.class, ClassMetrics::of)
                .add(ElementLoss.class, ElementLosses::forward)
                .add(ElementLossGrad.class, ElementLosses::gradient);
    }
}
