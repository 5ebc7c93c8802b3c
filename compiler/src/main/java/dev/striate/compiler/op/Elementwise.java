package dev.striate.compiler.op;

import dev.striate.core.kernel.Pointwise;
import java.util.List;

/**
 * An element-wise function.
 *
 * @param function the function
 * @param call how generated code builds it
 */
public record Elementwise(Pointwise function, KernelCall call) {
    /** {@code x * scale + shift}. */
    public static Elementwise affine() {
        return new Elementwise(Pointwise.affine(), KernelCall.of(Pointwise.class, "affine"));
    }

    /**
     * This function and then another, as one; see {@link Pointwise#then(Pointwise, int)}.
     *
     * @param place which operand of the other the result of this one is
     */
    public Elementwise then(Elementwise next, int place) {
        return new Elementwise(function.then(next.function, place), call.with(next.following(place)));
    }

    /** How generated code says that this function follows: {@code .then(relu())}. */
    KernelCall.Option following(int place) {
        return new KernelCall.Option("then", place == 0 ? List.of(call) : List.of(call, place));
    }
}
