package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.OneHot;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import dev.striate.core.kernel.Reshape;
import dev.striate.core.kernel.TopK;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that a step works on.
 *
 * @param in the data operands, then the kernel's parameters
 * @param out the result
 */
public record Site(List<Form> in, Form out) {
    /** Copies the list. */
    public Site {
        in = List.copyOf(in);
    }

    /**
     * The values of a kernel in a style: feature maps and the weights of convolutions in the style's form, and what products
     * multiply of the style's numbers; all else row by row in float32.
     *
     * @param in the shapes of the data operands, then of the kernel's parameters
     * @param out the shape of the result
     */
    public static Site of(Kernel kernel, Style style, List<Sizes> in, Sizes out) {
        return switch (kernel) {
            case Fused fused -> fused(fused, style, in, out);
            case Fc k -> product(style, in, out);
            case FcGradInput k -> product(style, in, out);
            case FcGradWeight k -> product(style, in, out);
            case Flatten k -> rows(in, out);
            case Reshape k -> rows(in, out);
            // Compared are values whose shapes may differ in trailing ones, and so in what lies behind what.
            case ElementLoss k -> rows(in, out);
            case ElementLossGrad k -> rows(in, out);
            case DistanceLoss k -> rows(in, out);
            case DistanceLossGrad k -> rows(in, out);
            case Quadratic k -> rows(in, out);
            case QuadraticGrad k -> rows(in, out);
            case OneHot k -> maps(style, 0, in, out);
            case CrossEntropy k -> maps(style, 1, in, out);
            case CrossEntropyGrad k -> maps(style, 2, in, out);
            case TopK k -> maps(style, 1, in, out);
            case ClassMetric k -> maps(style, 1, in, out);
            default -> maps(style, -1, in, out);
        };
    }

    private static Site rows(List<Sizes> in, Sizes out) {
        return new Site(in.stream().map(Form::rows).toList(), Form.rows(out));
    }

    private static Site product(Style style, List<Sizes> in, Sizes out) {
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            forms.add(i < 2 ? style.form(in.get(i)) : Form.rows(in.get(i)));
        }
        return new Site(forms, Form.rows(out));
    }

    /** All values of rank 4 in the style's form, but for class indices. */
    private static Site maps(Style style, int labels, List<Sizes> in, Sizes out) {
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            forms.add(i == labels ? Form.rows(in.get(i)) : map(style, in.get(i)));
        }
        return new Site(forms, map(style, out));
    }

    private static Form map(Style style, Sizes shape) {
        return shape.rank() == 4 ? style.form(shape) : Form.rows(shape);
    }

    private static Site fused(Fused kernel, Style style, List<Sizes> in, Sizes out) {
        Site anchor = of(kernel.anchor(), style, kernel.ofAnchor(in), out);
        int own = kernel.anchor().dataOperands();
        List<Form> forms = new ArrayList<>(anchor.in.subList(0, own));
        List<Form> further =
                kernel.ofEpilogue(in).stream().map(shape -> map(style, shape)).toList();
        forms.addAll(further);
        forms.addAll(anchor.in.subList(own, anchor.in.size()));
        if (Convolutions.fuses(kernel, anchor, further)) {
            forms.set(forms.size() - 1, style.form(in.getLast())); // the bias, in the numbers of the rest
        }
        return new Site(forms, anchor.out);
    }

    /** Operand {@code index}. */
    Form in(int index) {
        return in.get(index);
    }

    /**
     * Begins the source of a kernel, in which the elements of operand 1 are of the type {@code T1}, and so on, and those of the
     * result {@code TY}.
     *
     * @param sections see {@link Source#of}
     */
    Source.Builder source(String... sections) {
        Source.Builder source = Source.of(sections);
        for (int i = 0; i < in.size(); i++) {
            source.text("T" + i, in(i).element().type());
        }
        return source.text("TY", out.element().type());
    }
}
