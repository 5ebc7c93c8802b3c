package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What follows a convolution, in blocks, is what its expression says. */
class EpilogueTest {
    private static final Expr X = Expr.arg(0);

    private static EpilogueForm form(Pointwise function, Sizes... operands) {
        return EpilogueForm.of(function, List.of(operands));
    }

    @Test
    void takesFunctionsApart() {
        Sizes y = Sizes.of(2, 5, 3, 3);
        Sizes channels = Sizes.of(1, 5);
        Pointwise affine = Pointwise.affine();
        assertThat(form(affine.then(Pointwise.add()).then(Pointwise.relu()), y, channels, channels, y))
                .isEqualTo(new EpilogueForm(true, 3, 0, Float.POSITIVE_INFINITY, true));
        assertThat(form(affine.then(Pointwise.add(), 1), y, channels, channels, y))
                .isEqualTo(new EpilogueForm(true, 3, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, true));
        assertThat(form(Pointwise.clip(0, 6), y)).isEqualTo(new EpilogueForm(false, 0, 0, 6, true));
    }

    @Test
    void leavesTheRest() {
        Sizes y = Sizes.of(2, 5, 3, 3);
        assertThat(form(Pointwise.tanh(), y).whole()).isFalse();
        // Padding lanes are 0, which this would make 1.
        assertThat(form(Pointwise.clip(1, 2), y).whole()).isFalse();
        // A gate of each sample is not the scale of a channel.
        assertThat(form(Pointwise.affine(), y, Sizes.of(2, 5), Sizes.of(1, 5)).whole())
                .isFalse();
        assertThat(form(new Pointwise("twice", 1, X.plus(X)), y).whole()).isFalse();
    }

    @Test
    void computesThem() {
        SplittableRandom random = new SplittableRandom(4);
        try (Arena arena = Arena.ofConfined()) {
            for (int channels : new int[] {1, 4, 7, 16, 33}) {
                for (boolean residual : new boolean[] {false, true}) {
                    check(arena, random, channels, residual);
                }
            }
        }
    }

    private static void check(Arena arena, SplittableRandom random, int channels, boolean residual) {
        Sizes shape = Sizes.of(2, channels, 3, 5);
        Tensor y = random(arena, random, shape, Simd.LANES);
        Tensor bias = random(arena, random, Sizes.of(channels), 1);
        Tensor added = random(arena, random, shape, Simd.LANES);
        List<Tensor> operands = new ArrayList<>(List.of(
                random(arena, random, Sizes.of(1, channels), 1), random(arena, random, Sizes.of(1, channels), 1)));
        Pointwise function = Pointwise.affine();
        if (residual) {
            function = function.then(Pointwise.add());
            operands.add(added);
        }
        function = function.then(Pointwise.relu());
        List<Sizes> shapes = new ArrayList<>(List.of(shape));
        operands.forEach(o -> shapes.add(o.shape()));
        Epilogue epilogue = new Epilogue(
                EpilogueForm.of(function, shapes),
                operands,
                bias,
                y,
                arena.allocate(Epilogue.bytes(channels), Tensor.ALIGNMENT),
                null);
        float[] before = y.toArray();
        epilogue.prepare();
        epilogue.apply(1, y.blocks() - 1, 2, 11, 0);
        float[] after = y.toArray();
        for (int i = 0; i < after.length; i++) {
            int pixel = i / Simd.LANES % 15;
            int block = i / Simd.LANES / 15;
            int c = (y.blocks() - 1) * Simd.LANES + i % Simd.LANES;
            float expected = before[i];
            if (block == 2 * y.blocks() - 1 && pixel >= 2 && pixel < 13) {
                double x = c < channels ? before[i] + (double) bias.get(c) : 0;
                double scaled = c < channels
                        ? x * operands.get(0).get(c) + operands.get(1).get(c)
                        : 0;
                expected = (float) Math.max(0, scaled + (residual ? added.get(i) : 0));
            }
            assertThat(after[i]).as("element %d", i).isCloseTo(expected, offset(1e-5f));
        }
    }

    private static Tensor random(Arena arena, SplittableRandom random, Sizes shape, int lanes) {
        Tensor x = new Tensor(shape, arena.allocate(Tensor.bytes(shape, lanes), Tensor.ALIGNMENT), lanes);
        for (int i = 0; i < x.data().byteSize() / Float.BYTES; i++) {
            x.set(i, (float) random.nextGaussian());
        }
        return x;
    }
}
