package dev.striate.runtime.cuda.kernel;

import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.Pointwise;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function of the sum of what a convolution computes and what is added to it, which libraries do in the same kernel. */
public enum Activation {
    /** The sum itself. */
    NONE,
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code min(max(x, 0), 6)}. */
    RELU6,
    /** The hyperbolic tangent. */
    TANH,
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID,
    /** {@code x * sigmoid(x)}. */
    SILU,
    /** {@code x * (1 + erf(x / sqrt(2))) / 2}. */
    GELU,
    /** {@code x} above 0, else {@code exp(x) - 1}. */
    ELU;

    private static final Map<Expr, Activation> ALONE = Map.of(
            Expr.arg(0), NONE,
            Pointwise.relu().expr(), RELU,
            Pointwise.clip(0, 6).expr(), RELU6,
            Pointwise.tanh().expr(), TANH,
            Pointwise.sigmoid().expr(), SIGMOID,
            Pointwise.silu().expr(), SILU,
            Pointwise.gelu().expr(), GELU,
            Pointwise.elu(1).expr(), ELU);

    private static final Map<Expr, Activation> OF_SUM = new HashMap<>();

    static {
        ALONE.forEach((function, activation) -> {
            Expr ofSum = Pointwise.add().then(new Pointwise("", 1, function)).expr();
            OF_SUM.put(ofSum, activation);
            OF_SUM.put(ofSum.renumber(i -> 1 - i), activation);
        });
    }

    /** The one that a function of a result is, or of the sum of that and another operand; null when it is none. */
    static @Nullable Activation of(Pointwise behind) {
        return switch (behind.arity()) {
            case 1 -> ALONE.get(behind.expr());
            case 2 -> OF_SUM.get(behind.expr());
            default -> null;
        };
    }
}
