package dev.striate.runtime.cuda.kernel;

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
import dev.striate.core.kernel.Kernel;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What every kind of kernel becomes on a device. */
public final class Works {
    private static final Map<Class<? extends Kernel>, Planner<Kernel>> PLANNERS = new HashMap<>();

    static {
        add(Fused.class, Elements::fused);
        add(Conv.class, Convolutions::forward);
        add(ConvGradInput.class, Convolutions::inputGradient);
        add(ConvGradWeight.class, Convolutions::weightGradient);
        add(Pool.class, Pooling::forward);
        add(LocallyConnected.class, Convolutions::local);
        add(LocallyConnectedGradInput.class, Convolutions::localInputGradient);
        add(LocallyConnectedGradWeight.class, Convolutions::localWeightGradient);
        add(AdaptiveAvgPool.class, Pooling::adaptive);
        add(AdaptiveAvgPoolGrad.class, Pooling::adaptiveGradient);
        add(L2PoolGrad.class, Pooling::l2Gradient);
        add(MaxPoolGrad.class, Pooling::maxGradient);
        add(AvgPoolGrad.class, Pooling::averageGradient);
        add(Fc.class, Convolutions::fc);
        add(FcGradInput.class, Convolutions::fcInputGradient);
        add(FcGradWeight.class, Convolutions::fcWeightGradient);
        add(ChannelSum.class, Channels::sum);
        add(Pointwise.class, Elements::pointwise);
        add(Dropout.class, Elements::dropout);
        add(Fill.class, Elements::fill);
        add(Slice.class, Shapes::slice);
        add(Pad.class, Shapes::pad);
        add(Concat.class, Shapes::concat);
        add(Expand.class, Shapes::expand);
        add(Reduce.class, Along::reduce);
        add(ReduceMaxGrad.class, Along::reduceMaxGradient);
        add(Crop.class, Shapes::crop);
        add(ChannelShuffle.class, Shapes::channelShuffle);
        add(Upsample.class, Pooling::upsample);
        add(UpsampleGrad.class, Pooling::upsampleGradient);
        add(RandomNormal.class, Elements::randomNormal);
        add(Flatten.class, Elements::copy);
        add(Reshape.class, Elements::copy);
        add(Softmax.class, Along::softmax);
        add(LogSoftmax.class, Along::logSoftmax);
        add(LogSoftmaxGrad.class, Along::logSoftmaxGradient);
        add(Prelu.class, Elements::prelu);
        add(SoftmaxGrad.class, Along::softmaxGradient);
        add(CrossEntropy.class, Losses::crossEntropy);
        add(CrossEntropyGrad.class, Losses::crossEntropyGradient);
        add(Quadratic.class, Losses::quadratic);
        add(QuadraticGrad.class, Losses::quadraticGradient);
        add(OneHot.class, Losses::oneHot);
        add(TopK.class, Losses::topK);
        add(BatchNorm.class, Channels::forward);
        add(ChannelScale.class, Channels::scale);
        add(ChannelShift.class, Channels::shift);
        add(BatchNormGradInput.class, Channels::inputGradient);
        add(BatchNormGradSums.class, Channels::gradientSums);
        add(ChannelMoments.class, Channels::moments);
        add(Row.class, Shapes::row);
        add(Running.class, Channels::running);
        add(Norm.class, Norms::forward);
        add(NormGradInput.class, Norms::inputGradient);
        add(NormGradWeight.class, Norms::weightGradient);
        add(L2Normalize.class, Along::l2);
        add(L2NormalizeGrad.class, Along::l2Gradient);
        add(Lrn.class, Along::lrn);
        add(LrnGrad.class, Along::lrnGradient);
        add(LinePool.class, Along::pool);
        add(LinePoolGrad.class, Along::poolGradient);
        add(GaussianNoise.class, Elements::gaussianNoise);
        add(ConvTranspose.class, Convolutions::transposed);
        add(ConvTransposeGradInput.class, Convolutions::transposedInputGradient);
        add(DistanceLoss.class, Losses::distance);
        add(DistanceLossGrad.class, Losses::distanceGradient);
        add(ClassMetric.class, Losses::classMetric);
        add(ElementLoss.class, Losses::elementLoss);
        add(ElementLossGrad.class, Losses::elementLossGradient);
    }

    private Works() {}

    private static <K extends Kernel> void add(Class<K> kind, Planner<K> planner) {
        PLANNERS.put(kind, (kernel, site) -> planner.plan(kind.cast(kernel), site));
    }

    /** The work of copying a value to another form. */
    public static Work copy(Form from, Form to) {
        return Shapes.copy(from, to);
    }

    /** The kinds that there are. */
    public static Set<Class<? extends Kernel>> kinds() {
        return Set.copyOf(PLANNERS.keySet());
    }

    /**
     * The work of a step.
     *
     * @throws IllegalArgumentException when there is no such kind of kernel
     */
    public static Work of(Kernel kernel, Site site) {
        Planner<Kernel> planner = PLANNERS.get(kernel.getClass());
        if (planner == null) {
            throw new IllegalArgumentException(
                    "the backend cuda has no " + kernel.getClass().getSimpleName());
        }
        return planner.plan(kernel, site);
    }
}
