package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.OneHot;
import java.util.ArrayList;
import java.util.List;

/**
 * A class label as numbers, for losses that compare numbers.
 *
 * @param classes how many classes the label has
 */
record OneHotOp(int classes) implements Op {
    static final OpSpec<OneHotOp> SPEC = OpSpec.<OneHotOp>of("one_hot", Category.LAYER)
            .doc(
                    "A label `class[N, …, K]` as numbers `[N, K, …]`, 1 for its class and 0 for the others: what losses that"
                            + " compare numbers take. `2 * one_hot(y, 10) - 1` are targets of `hinge` and `perceptron_loss`.")
            .operands("label")
            .attrs(Attr.required("classes", Attr.Kind.POSITIVE_INT, "how many classes the label has"))
            .factory(a -> new OneHotOp(a.integer("classes")))
            .type((op, data) -> op.type(data.get(0)))
            .noMacs()
            .field(op -> Field.POINT)
            .notDifferentiable("a class is a whole number and has no slope")
            .eval((op, in, context) -> op.eval(in.get(0)))
            .noOnnx("labels are not exported")
            .kernel(op -> KernelCall.of(OneHot.class, "oneHot", op.classes))
            .build();

    private TensorType type(TensorType label) {
        if (!(label.element() instanceof ClassIndex(int known))) {
            throw new ShapeError(Code.ELEMENT, "one_hot takes a class label, not " + label)
                    .remark(0, List.of(), "floats come from here")
                    .fix("give it a label that is declared as class[N, " + classes + "], or leave it out");
        }
        if (known != classes) {
            throw new ShapeError(
                            Code.CLASSES,
                            "one_hot of " + classes + " classes takes a label of as many, not of " + known)
                    .remark(0, List.of(), known + " classes come from here")
                    .fix("write one_hot(" + known + ")");
        }
        List<Dim> dims = new ArrayList<>(label.shape().dims());
        dims.add(1, Dim.of(classes));
        return TensorType.f32(new Shape(dims));
    }

    private Nd eval(Nd label) {
        Sizes shape = new OneHot(classes).output(List.of(label.shape()));
        Nd numbers = new Nd(shape);
        Lines lines = Lines.alongChannels(shape);
        for (int place = 0; place < label.size(); place++) {
            numbers.set(lines.at(place, (int) label.get(place)), 1);
        }
        return numbers;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
