package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Element-wise functions of regions in blocks, against the evaluation of the expression in float64. */
class BlockFunctionTest {
    private static final int CASES = 200;
    private static final Cpu CPU = Cpu.of(1);

    private static final List<Pointwise> FUNCTIONS = List.of(
            Pointwise.add(),
            Pointwise.add(3).then(Pointwise.relu()),
            Pointwise.gradient(Pointwise.relu()),
            Pointwise.affine().then(Pointwise.relu()).then(Pointwise.add()),
            Pointwise.affine().then(Pointwise.silu()),
            Pointwise.largest(3).then(Pointwise.subtract(), 1),
            Pointwise.gelu().then(Pointwise.multiply(2)),
            Pointwise.gradient(Pointwise.selu()).then(Pointwise.add()),
            Pointwise.clip(-0.5, 1),
            Pointwise.multiply(2).then(Pointwise.tanh()),
            Pointwise.softplus().then(Pointwise.log()).then(Pointwise.exp()),
            Pointwise.square().then(Pointwise.sqrt()).then(Pointwise.divide()),
            Pointwise.parametricRelu());

    @Test
    void everyRegionOfEveryBlock() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            int[] shape = {1 + r.nextInt(3), 1 + r.nextInt(40), 1 + r.nextInt(20), 1 + r.nextInt(40)};
            Pointwise f = FUNCTIONS.get(r.nextInt(FUNCTIONS.size()));
            List<Tensor> operands = operands(r, f, shape);
            boolean inPlace = operands.getFirst().lanes() == LANES && r.nextBoolean();
            Tensor out = inPlace ? operands.getFirst() : Maps.empty(LANES, shape);
            float[] expected = expected(f, operands, out.shape());
            BlockFunction function = BlockFunction.of(CPU, f, operands, out);
            int area = out.shape().elementsFrom(2);
            int pixels = 1 + r.nextInt(area);
            for (int plane = 0; plane < shape[0] * out.blocks(); plane++) {
                for (int first = 0; first < area; first += pixels) {
                    function.apply(
                            plane / out.blocks(), plane % out.blocks(), first, Math.min(pixels, area - first), 0);
                }
            }
            check("seed " + seed + ": " + f, out, expected);
        }
    }

    private static List<Tensor> operands(SplittableRandom r, Pointwise f, int... shape) {
        List<Tensor> operands = new ArrayList<>();
        for (int i = 0; i < f.arity(); i++) {
            operands.add(
                    switch (i == 0 ? 0 : r.nextInt(6)) {
                        case 0, 1 -> Maps.random(r, LANES, shape);
                        case 2 -> Maps.random(r, 1, 1, shape[1]);
                        case 3 -> Maps.random(r, r.nextBoolean() ? 1 : LANES, shape[0], shape[1], 1, 1);
                        case 4 -> Maps.random(r, 1, shape[0], 1, shape[2], shape[3]);
                        default ->
                            Maps.random(r, 1, r.nextBoolean() ? new int[0] : new int[] {1, shape[1], 1, shape[3]});
                    });
        }
        return operands;
    }

    private static float[] expected(Pointwise f, List<Tensor> operands, Sizes shape) {
        float[] y = new float[shape.elements()];
        for (int i = 0; i < y.length; i++) {
            double[] values = new double[operands.size()];
            for (int k = 0; k < values.length; k++) {
                Tensor x = operands.get(k);
                int[] strides = Broadcast.strides(x.shape(), shape);
                values[k] = Maps.get(x, Broadcast.place(i, shape.toArray(), strides));
            }
            y[i] = (float) f.expr().eval(values);
        }
        return y;
    }

    private static void check(String what, Tensor out, float... expected) {
        for (int i = 0; i < expected.length; i++) {
            float e = expected[i];
            float actual = Maps.get(out, i);
            if (Float.compare(actual, e) != 0) {
                assertThat(actual).as(what).isCloseTo(e, within(2e-6f * Math.max(1, Math.abs(e))));
            }
        }
        assertThat(Maps.isPadded(out)).as(what).isTrue();
    }
}
