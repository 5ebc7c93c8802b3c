package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
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
            Step moments = b.step("moments", ChannelMoments.channelMoments(), x);
            steps.add(moments);
            steps.add(b.step("sum", ChannelSum.channelSum(), x));
            BatchNorm norm = BatchNorm.batchNorm(1e-5).withBatch();
            steps.add(b.step("sums", BatchNormGradSums.batchNormGradSums(norm), g, x, moments));
            steps.add(b.step("weight", NormGradWeight.normGradWeight(Norm.instanceNorm(1e-5)), g, x));
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

    private static List<Nd> run(Backend backend) {
        Weights weights = Weights.zeros(Binder.spec("Sums", Sums::new));
        try (Sums session = new Sums(backend.binder(weights))) {
            for (String name : session.inputNames()) {
                Input input = session.input(name);
                long stream = Philox.stream(name);
                Feeds.fill(input, Nd.of(input.shape(), i -> 1 + Philox.normal(OpCase.SEED, stream, i)));
            }
            session.run();
            List<Nd> results = new ArrayList<>();
            for (String name : session.outputNames()) {
                float[] values = session.output(name).toArray();
                results.add(Nd.of(session.output(name).shape(), i -> values[i]));
            }
            return results;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "TF32"})
    void sumsOfPartsAreTheSumsOfAll(Style style) {
        assumeTrue(HostCode.isAvailable(), "no g++: sums in parts were not computed on the host");
        HostCuda cuda = new HostCuda();
        List<Nd> expected = run(Backends.reference());
        List<Nd> found = run(cuda.backend(style, false));
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Feeds.distance(found.get(i), expected.get(i)))
                    .as("result %d", i)
                    .isLessThanOrEqualTo(1e-5);
        }
        assertThat(cuda.open()).isZero();
    }
}
