package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.rng.Philox;
import dev.striate.core.window.Padding;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Style;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Graphs of cuDNN's, computed from their descriptors on the host, against the reference. How single convolutions with relu compare with the
 * evaluator is seen in {@link CudaKernelsTest}, in the style BF16.
 */
class CudaGraphsTest {
    /** Half a step of bfloat16, and what sums of float32 may be off by. */
    private static final double HALF_STEP = 0x1p-8;

    private static final float SUMS = 1e-5f;

    /** A kernel on one or two feature maps {@code [2, 4, 7, 6]}; 6 filters, or 4 where the map is added. */
    private static final class One extends NetSession {
        private final Step step;

        One(Binder b, Kernel kernel) {
            super(b);
            b.format(1).source("one.cnn");
            Input x = b.at(2).input("x", 2, 4, 7, 6);
            boolean adds = kernel.dataOperands() == 2;
            Value[] operands = adds ? new Value[] {x, b.at(3).input("z", 2, 4, 7, 6)} : new Value[] {x};
            step = b.at(4).step("conv", kernel, operands);
            b.output("y", step);
            b.bind();
        }

        @Override
        protected void steps() {
            step.run();
        }
    }

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: graphs were not computed on the host");
    }

    private static Map<String, Kernel> kernels() {
        Map<String, Kernel> all = new LinkedHashMap<>();
        Conv plain = Conv.conv(6, 3, 3);
        all.put("bias", plain);
        all.put("bias, relu", plain.then(Pointwise.relu()));
        all.put("relu", plain.withoutBias().then(Pointwise.relu()));
        Conv same = Conv.conv(4, 3, 3).pad(1);
        all.put("sum, bias, relu", same.then(Pointwise.add()).then(Pointwise.relu()));
        all.put("sum in the other order", same.then(Pointwise.add(), 1).then(Pointwise.relu()));
        all.put("sum, bias", same.then(Pointwise.add()));
        all.put("groups", Conv.conv(6, 3, 3).groups(2).then(Pointwise.relu()));
        all.put("depthwise", Conv.conv(8, 3, 3).groups(4).pad(1).then(Pointwise.relu()));
        all.put("strides", Conv.conv(6, 3, 2).stride(2, 4).then(Pointwise.relu()));
        all.put("padding", Conv.conv(6, 3, 3).pad(Padding.of(2, 1)).then(Pointwise.relu()));
        all.put("dilation", Conv.conv(6, 3, 2).dilation(2, 4).then(Pointwise.relu()));
        all.put(
                "all of them",
                Conv.conv(6, 3, 3).stride(2, 1).pad(2).dilation(2, 2).groups(2));
        all.put("relu6", plain.then(Pointwise.clip(0, 6)));
        all.put("tanh", plain.then(Pointwise.tanh()));
        all.put("sigmoid", plain.then(Pointwise.sigmoid()));
        all.put("silu", plain.then(Pointwise.silu()));
        all.put("gelu", plain.then(Pointwise.gelu()));
        all.put("elu", plain.then(Pointwise.elu(1)));
        all.put("sum, bias, silu", same.then(Pointwise.add()).then(Pointwise.silu()));
        return all;
    }

    private static Weights weights(Kernel kernel) {
        Weights weights = Weights.zeros(Binder.spec("One", b -> new One(b, kernel)));
        for (var parameter : weights.spec().parameters()) {
            boolean bias = parameter.name().endsWith(".bias");
            fill(weights.of(parameter.name()), parameter.name(), !bias); // which stays float32
        }
        return weights;
    }

    private static void fill(MemorySegment memory, String name, boolean rounded) {
        for (int i = 0; i < memory.byteSize() / Float.BYTES; i++) {
            float drawn = (float) Philox.normal(OpCase.SEED, Philox.stream(name), i);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, rounded ? HostValue.round(Element.BFLOAT16, drawn) : drawn);
        }
    }

    private static float[] run(Kernel kernel, Weights weights, Backend backend) {
        try (One session = new One(backend.binder(weights), kernel)) {
            float[] found = {};
            for (int run = 0; run < 4; run++) { // step by step, captured, replayed
                for (String name : session.inputNames()) {
                    fill(session.input(name).segment(), name, true);
                }
                session.run();
                found = session.output("y").toArray();
            }
            return found;
        }
    }

    private static void check(String name, float[] found, float[] expected, double steps) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i])
                    .as("%s, element %d", name, i)
                    .isCloseTo(expected[i], within((float) (steps * Math.abs(expected[i])) + SUMS));
        }
    }

    /** Checks a device that computes in bfloat16, with functions that may be rounded themselves. */
    static void agree(Backend bfloat16) {
        kernels().forEach((name, kernel) -> {
            Weights weights = weights(kernel);
            check(name, run(kernel, weights, bfloat16), run(kernel, weights, Backends.reference()), 2 * HALF_STEP);
        });
    }

    @Test
    void graphsComputeWhatTheReferenceDoesAndRoundOnce() {
        kernels().forEach((name, kernel) -> {
            HostCuda cuda = new HostCuda();
            Weights weights = weights(kernel);
            float[] expected = run(kernel, weights, Backends.reference());
            check(name, run(kernel, weights, cuda.backend(Style.BF16, false)), expected, HALF_STEP);
            assertThat(cuda.dnn.graphs.executed())
                    .as(name)
                    .isEqualTo(3); // twice as they are, and into a captured graph
            assertThat(cuda.open()).as("what was not freed").isZero();
        });
    }

    @Test
    void otherFunctionsAndPaddingsAreKernelsOfOurs() {
        Map<String, Kernel> others = new LinkedHashMap<>();
        others.put("softplus", Conv.conv(6, 3, 3).then(Pointwise.softplus()));
        others.put("elu(2)", Conv.conv(6, 3, 3).then(Pointwise.elu(2)));
        others.put("clip", Conv.conv(6, 3, 3).then(Pointwise.clip(0, 1)));
        others.put("product", Conv.conv(4, 3, 3).pad(1).then(Pointwise.multiply(2)));
        others.put("neither bias nor function", Conv.conv(6, 3, 3).withoutBias());
        others.forEach((name, kernel) -> {
            HostCuda cuda = new HostCuda();
            Weights weights = weights(kernel);
            run(kernel, weights, cuda.backend(Style.BF16, false));
            assertThat(cuda.dnn.graphs.executed()).as(name).isZero();
        });
    }

    @Test
    void whatHasNoKernelIsComputedAsBefore() {
        kernels().forEach((name, kernel) -> {
            HostCuda cuda = new HostCuda();
            cuda.dnn.graphs.refuse();
            Weights weights = weights(kernel);
            float[] expected = run(kernel, weights, Backends.reference());
            float[] found = run(kernel, weights, cuda.backend(Style.BF16, false));
            assertThat(cuda.dnn.graphs.executed()).as(name).isZero();
            assertThat(cuda.open()).as("what was not freed").isZero();
            double worst = 0;
            for (int i = 0; i < found.length; i++) {
                worst = Math.max(worst, Math.abs(found[i] - expected[i]));
            }
            assertThat(worst).as(name).isLessThan(0.1); // sums of some 8 are rounded twice
        });
    }
}
