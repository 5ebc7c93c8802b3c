package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What tests of Winograd's filtering share: memory, what follows a convolution, and the comparison with float64. */
final class Filtered {
    /** Each byte of {@link #memory}; four of them are NaN. */
    static final byte NAN = -1;

    /** Relative to the largest element. */
    private static final double EXACTNESS = 2e-5;

    private Filtered() {}

    /** Memory of undefined content, NaN in fact. */
    static MemorySegment memory(long bytes) {
        return Arena.ofAuto().allocate(bytes, Tensor.ALIGNMENT).fill(NAN);
    }

    /** Nothing follows. */
    static Epilogue nothing(Tensor y) {
        MemorySegment constants = memory(Epilogue.bytes(y.shape().dim(1)));
        return new Epilogue(EpilogueForm.NOTHING, List.of(), null, y, constants, null);
    }

    /** Fails unless the elements of {@code y} are those in row-major order, and what pads its blocks is 0. */
    static void check(String what, Tensor y, double[] expected) {
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(Maps.get(y, i) - expected[i]));
            assertThat(Maps.get(y, i)).as(what).isNotNaN();
        }
        assertThat(error).as(what).isLessThan(EXACTNESS * largest);
        assertThat(y.lanes() == 1 || Maps.isPadded(y))
                .as(what + ": padding lanes")
                .isTrue();
    }

    /** {@code relu((x + bias) * scale + shift + residual)} follows. */
    record Followed(Tensor bias, Tensor scale, Tensor shift, Tensor residual) {
        /** For a result of a shape. */
        static Followed random(SplittableRandom r, int... shape) {
            return new Followed(
                    Maps.random(r, 1, shape[1]),
                    Maps.random(r, 1, 1, shape[1]),
                    Maps.random(r, 1, 1, shape[1]),
                    Maps.random(r, LANES, shape));
        }

        /** What does it to {@code y}. */
        Epilogue epilogue(Tensor y) {
            Pointwise function = Pointwise.affine().then(Pointwise.add()).then(Pointwise.relu());
            List<Tensor> others = List.of(scale, shift, residual);
            List<Sizes> shapes = new ArrayList<>(List.of(y.shape()));
            others.forEach(o -> shapes.add(o.shape()));
            MemorySegment constants = memory(Epilogue.bytes(y.shape().dim(1)));
            return new Epilogue(EpilogueForm.of(function, shapes), others, bias, y, constants, null);
        }

        /** Element {@code index} of the result, of which the convolution is {@code x}. */
        double of(double x, int index) {
            int channel =
                    index / residual.shape().elementsFrom(2) % residual.shape().dim(1);
            double scaled = (x + bias.get(channel)) * scale.get(channel) + shift.get(channel);
            return Math.max(0, scaled + Maps.get(residual, index));
        }
    }
}
