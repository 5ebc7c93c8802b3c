package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.Pointwise;
import java.util.ArrayList;
import java.util.List;

/**
 * An operator and element-wise functions of its result, in one kernel. Operands: the data operands of the operator; what
 * the functions read beside the result; the operator's parameters.
 *
 * @param anchor the operator
 * @param epilogue the functions as one, of the anchor's result and the further operands
 * @param calls how generated code appends them to the anchor's kernel
 */
public record FusedOp(Op anchor, Pointwise epilogue, List<KernelCall.Option> calls) implements Op {
    static final OpSpec<FusedOp> SPEC = OpSpec.<FusedOp>of("fused", Category.INTERNAL)
            .doc("An operator and what follows element by element, in one kernel.")
            .operands("x")
            .optionalOperands("other")
            .dataCount(FusedOp::data)
            .type((op, data) -> op.anchor.spec().type(op.anchor, op.ofAnchor(data)))
            .params((op, data) -> op.anchor.spec().params(op.anchor, op.ofAnchor(data)))
            .macs((op, data, result) -> op.anchor.spec().macs(op.anchor, op.ofAnchor(data), result))
            .field(op -> op.anchor.spec().field(op.anchor))
            .notDifferentiable("it is made when all gradients are there")
            .noOnnx("nets are exported as they were written")
            .eval((op, in, context) -> {
                List<Nd> operands =
                        new ArrayList<>(List.of(op.anchor.spec().eval(op.anchor, op.ofAnchor(in), context)));
                operands.addAll(in.subList(op.ownData(), op.data()));
                return PointwiseOp.eval(op.epilogue, operands);
            })
            .kernel((op, node) -> op.call(node))
            .sharesKernel(op -> op.anchor.spec().sharesKernel(op.anchor))
            .build();

    /** Copies the list. */
    public FusedOp {
        calls = List.copyOf(calls);
    }

    /** An operator and nothing else yet. */
    public static FusedOp of(Op anchor) {
        return anchor instanceof FusedOp fused
                ? fused
                : new FusedOp(anchor, new Pointwise("same", 1, Expr.arg(0)), List.of());
    }

    /** This and then another function, one of whose operands is the result of this. */
    public FusedOp then(Elementwise next, int place) {
        List<KernelCall.Option> all = new ArrayList<>(calls);
        all.add(next.following(place));
        if (calls.isEmpty() && place == 0) { // most fused operators end here, and share the function
            return new FusedOp(anchor, next.function(), all);
        }
        Pointwise joined = epilogue.then(next.function(), place);
        return new FusedOp(anchor, new Pointwise(next.function().name(), joined.arity(), joined.expr()), all);
    }

    private <T> List<T> ofAnchor(List<T> operands) {
        List<T> own = new ArrayList<>(operands.subList(0, ownData()));
        own.addAll(operands.subList(data(), operands.size()));
        return own;
    }

    /** The number of the anchor's data operands. */
    private int ownData() {
        return anchor.spec().operands().size();
    }

    /** The number of all data operands. */
    private int data() {
        return ownData() + epilogue.arity() - 1;
    }

    private KernelCall call(Node node) {
        Node alone = new Node(anchor, ofAnchor(node.inputs()), node.type(), node.path(), node.origin());
        KernelCall before = anchor.spec().kernel(alone);
        List<KernelCall.Option> options = new ArrayList<>(before.options());
        options.addAll(calls);
        return new KernelCall(before.owner(), before.factory(), before.args(), options);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    @Override
    public String toString() {
        return anchor + " then " + calls;
    }
}
