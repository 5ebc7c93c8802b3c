package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel and an element-wise function of its result, applied while that is still in the cache. Operands: the data
 * operand of the kernel, of which it has one; what the function reads beside the result, in order, of shapes that meet
 * the result's from the left; then the kernel's parameters.
 *
 * @param anchor what computes the operand of the function
 * @param epilogue the function; its operand 0 is the anchor's result
 */
public record Fused(Kernel anchor, Pointwise epilogue) implements Kernel {
    /** A kernel and what follows. */
    static Fused of(Kernel anchor, Pointwise next, int place) {
        // The function that changes nothing, so that the result becomes operand 0 wherever it was.
        Pointwise same = new Pointwise(next.name(), 1, Expr.arg(0));
        return new Fused(
                anchor,
                new Pointwise(next.name(), next.arity(), same.then(next, place).expr()));
    }

    @Override
    public Fused then(Pointwise next, int place) {
        return new Fused(anchor, epilogue.then(next, place));
    }

    @Override
    public Fused then(Pointwise next) {
        return then(next, 0);
    }

    /** The operands of the anchor among all operands, or their shapes. */
    public <T> List<T> ofAnchor(List<T> operands) {
        List<T> own = new ArrayList<>(operands.subList(0, 1));
        own.addAll(operands.subList(epilogue.arity(), operands.size()));
        return own;
    }

    /** What the function reads beside the anchor's result. */
    public <T> List<T> ofEpilogue(List<T> operands) {
        return operands.subList(1, epilogue.arity());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, epilogue.arity());
        Sizes result = anchor.output(inputs.subList(0, 1));
        List<Sizes> operands = new ArrayList<>(List.of(result));
        operands.addAll(ofEpilogue(inputs));
        Check.shape(this, epilogue.output(operands), result);
        return result;
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        return anchor.params(inputs.subList(0, 1));
    }
}
