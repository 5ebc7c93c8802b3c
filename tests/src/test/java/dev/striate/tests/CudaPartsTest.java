package dev.striate.tests;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Style;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sums of so many elements that the CUDA backend takes them in parts. */
class CudaPartsTest {
    private static final int[] SHAPE = {3, 3, 70, 61};

    private static final class Sums extends NetSession {
        private final List<Step> steps = new ArrayList<>();

        Sums(Binder b) {
            super(b);
            Input x = b.input("x", SHAPE);
            Input g = b.input("g", SHAPE);
            Input weight = b.input("weight", SHAPE[1]);
            Step moments = b.step("moments", ChannelMoments.channelMoments(), x);
            steps.add(moments);
            steps.add(b.step("sum", ChannelSum.channelSum(), x));
            BatchNorm norm = BatchNorm.batchNorm(1e-5).withBatch();
            steps.add(b.step("sums", BatchNormGradSums.batchNormGradSums(norm), g, x, moments));
            steps.add(b.step("weight", NormGradWeight.normGradWeight(Norm.instanceNorm(1e-5)), g, x));
            for (Norm own : List.of(Norm.groupNorm(1, 1e-5), Norm.instanceNorm(1e-5))) {
                steps.add(b.step("norm" + own.groups(), own, x));
                steps.add(b.step("grad" + own.groups(), NormGradInput.normGradInput(own), g, x, weight));
            }
            steps.add(b.step("all", Reduce.reduceSum(0, 1, 2, 3), x));
            steps.add(b.step("some", Reduce.reduceMean(0, 2), x));
            steps.add(b.step("rows", Reduce.reduceMean(1, 2, 3), x));
            steps.add(b.step("largest", Reduce.reduceMax(0, 2, 3), g));
            steps.forEach(step -> b.output("of " + steps.indexOf(step), step));
            b.bind();
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "TF32"})
    void sumsOfPartsAreTheSumsOfAll(Style style) {
        HostAgainstJava.compare(
                style,
                Weights.init(Binder.spec("Sums", Sums::new), 1),
                Sums::new,
                (stream, i) -> 1 + Philox.normal(OpCase.SEED, stream, i));
    }
}
