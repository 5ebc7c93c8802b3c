package dev.striate.compiler.op;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The list of all operators. */
public final class Ops {
    /** Every operator, those of the language first. */
    public static final List<OpSpec<?>> ALL =
            Stream.concat(Activations.ALL.stream(), others()).toList();

    private static final Map<String, OpSpec<?>> BY_NAME =
            ALL.stream().collect(Collectors.toMap(OpSpec::name, Function.identity()));

    private Ops() {}

    private static Stream<OpSpec<?>> others() {
        return Stream.of(
                Conv2d.SPEC,
                Pooling.MAX,
                Pooling.AVERAGE,
                Pooling.L2,
                AdaptivePoolOp.SPEC,
                FullyConnected.SPEC,
                FlattenOp.SPEC,
                PreluOp.SPEC,
                BatchNormOp.SPEC,
                NormOp.LAYER,
                NormOp.GROUP,
                NormOp.INSTANCE,
                L2NormalizeOp.SPEC,
                LrnOp.SPEC,
                LinePoolOp.GLOBAL_AVERAGE,
                LinePoolOp.GLOBAL_MAX,
                LinePoolOp.MAXOUT,
                LinePoolOp.CHANNEL_L2,
                DropoutOp.SPATIAL,
                DropoutOp.DEPTH,
                GaussianNoiseOp.SPEC,
                DepthwiseConv.SPEC,
                LocallyConnectedOp.SPEC,
                ConvTranspose2d.SPEC,
                ElementLossOp.MSE,
                ElementLossOp.L1,
                ElementLossOp.SMOOTH_L1,
                ElementLossOp.HINGE,
                ElementLossOp.PERCEPTRON,
                ElementLossOp.BINARY_CROSS_ENTROPY,
                ElementLossOp.KL,
                ElementLossOp.MAE,
                SoftmaxOp.SPEC,
                LogSoftmaxOp.SPEC,
                MergeOp.ADD,
                MergeOp.MUL,
                MergeOp.MAX,
                MergeOp.MEAN,
                ConcatOp.SPEC,
                ArithmeticOps.DIV,
                ReduceOp.SUM,
                SliceOp.SPEC,
                PadOp.SPEC,
                ReshapeOp.SPEC,
                CropOp.SPEC,
                UpsampleOp.SPEC,
                ChannelShuffleOp.SPEC,
                DetachOp.SPEC,
                OneHotOp.SPEC,
                FillOp.ZEROS,
                FillOp.ONES,
                NormalOp.SPEC,
                DropoutOp.SPEC,
                CrossEntropyOp.SPEC,
                CrossEntropyOp.NLL,
                QuadraticOp.SPEC,
                DistanceLossOp.CONTRASTIVE,
                DistanceLossOp.TRIPLET,
                ClassMetricOp.CONFUSION,
                ClassMetricOp.MEAN_IOU,
                ClassMetricOp.PRECISION,
                ClassMetricOp.RECALL,
                ClassMetricOp.F1,
                TopKOp.TOP1,
                TopKOp.TOPK,
                Conv2d.GradInput.SPEC,
                Conv2d.GradWeight.SPEC,
                FullyConnected.GradInput.SPEC,
                FullyConnected.GradWeight.SPEC,
                ChannelSumOp.SPEC,
                Pooling.GradMax.SPEC,
                Pooling.GradAverage.SPEC,
                Pooling.GradL2.SPEC,
                AdaptivePoolOp.Grad.SPEC,
                ArithmeticOps.PLUS,
                ArithmeticOps.MINUS,
                ArithmeticOps.TIMES,
                ArithmeticOps.OVER,
                ReduceOp.MEAN,
                ReduceOp.MAX,
                ReduceOp.GradMax.SPEC,
                ReduceOp.ExpandOp.SPEC,
                UpsampleOp.Grad.SPEC,
                PointwiseOp.GRADIENT,
                SoftmaxOp.Grad.SPEC,
                LogSoftmaxOp.Grad.SPEC,
                CrossEntropyOp.Grad.SPEC,
                QuadraticOp.Grad.SPEC,
                BatchNormOp.OfBatch.SPEC,
                BatchNormGradInputOp.RUNNING,
                BatchNormGradInputOp.BATCH,
                BatchNormGradSumsOp.RUNNING,
                BatchNormGradSumsOp.BATCH,
                RowOp.SPEC,
                ChannelMomentsOp.SPEC,
                RunningOp.SPEC,
                NormOp.GradInput.SPEC,
                NormOp.GradWeight.SPEC,
                L2NormalizeOp.Grad.SPEC,
                LrnOp.Grad.SPEC,
                LinePoolOp.Grad.SPEC,
                ConvTranspose2d.GradInput.SPEC,
                LocallyConnectedOp.GradInput.SPEC,
                LocallyConnectedOp.GradWeight.SPEC,
                ElementLossOp.Grad.SPEC,
                DistanceLossOp.Grad.SPEC,
                FillOp.SPEC,
                FillOp.SEED,
                ChannelScaleOp.SPEC,
                ChannelShiftOp.SPEC,
                FusedOp.SPEC,
                PointwiseOp.GROUP);
    }

    /** The operator of a name, whether the language can name it or not. */
    public static Optional<OpSpec<?>> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
