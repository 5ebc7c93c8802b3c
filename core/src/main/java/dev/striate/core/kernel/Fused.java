package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel and an element-wise function of its result, applied while that is still in the cache. Operands: the data
 * operands of the kernel; what the function reads beside the result, in order, of shapes that meet the result's from the
 * left; then the kernel's parameters.
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
        List<T> own = new ArrayList<>(operands.subList(0, anchor.dataOperands()));
        own.addAll(operands.subList(dataOperands(), operands.size()));
        return own;
    }

    /** What the function reads beside the anchor's result. */
    public <T> List<T> ofEpilogue(List<T> operands) {
        return operands.subList(anchor.dataOperands(), dataOperands());
    }

    @Override
    public int dataOperands() {
        return anchor.dataOperands() + epilogue.arity() - 1;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, dataOperands());
        Sizes result = anchor.output(ofAnchor(inputs));
        List<Sizes> operands = new ArrayList<>(List.of(result));
        operands.addAll(ofEpilogue(inputs));
        Check.shape(this, epilogue.output(operands), result);
        return result;
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        return anchor.params(ofAnchor(inputs));
    }
}
