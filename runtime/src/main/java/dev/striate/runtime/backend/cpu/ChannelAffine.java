package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an element-wise function begins with when it is normalization: operand 0 times a number of its channel, plus
 * another. Numbers are cheaper than blocks of equal elements.
 *
 * @param scale what is multiplied, {@code [1, C]}
 * @param shift what is added, {@code [1, C]}
 * @param area elements of one channel of one sample
 * @param rest what the function does then with operand 0, and with those from 3 on
 */
record ChannelAffine(Tensor scale, Tensor shift, int area, Expr rest) {
    /** The beginning of a function of operands; null when it begins otherwise. */
    static @Nullable ChannelAffine of(Pointwise function, List<Tensor> operands, Sizes shape) {
        Expr rest = function.expr().replace(Pointwise.affine().expr(), Expr.arg(0));
        if (rest.equals(function.expr()) || rest.uses(1) || rest.uses(2) || shape.rank() < 2) {
            return null;
        }
        Sizes channels = Sizes.of(1, shape.dim(1));
        boolean fits = operands.get(0).shape().equals(shape)
                && operands.get(1).shape().equals(channels)
                && operands.get(2).shape().equals(channels);
        return fits ? new ChannelAffine(operands.get(1), operands.get(2), shape.elementsFrom(2), rest) : null;
    }

    /** Computes the beginning in a block of {@code n} elements from {@code first} on. */
    void apply(long first, int n, float[] block) {
        int channels = scale.elements();
        int done = 0;
        while (done < n) {
            long at = first + done;
            int channel = (int) (at / area % channels);
            int end = (int) Math.min(n, done + area - at % area);
            apply(block, done, end, scale.get(channel), shift.get(channel));
            done = end;
        }
    }

    private static void apply(float[] x, int from, int to, float factor, float summand) {
        for (int i = from; i < to; i++) {
            x[i] = x[i] * factor + summand;
        }
    }
}
