package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Fill;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.RandomNormal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Kernels that look at elements one by one. */
final class Elements {
    private Elements() {}

    static Work pointwise(Pointwise kernel, List<Sizes> in, Sizes out) {
        List<Arg> operands =
                IntStream.range(0, kernel.arity()).mapToObj(Arg::in).toList();
        return Work.of(pointwise(kernel, operands, in, out));
    }

    /** An element-wise function of given operands, which may be the result itself. */
    static Call pointwise(Pointwise kernel, List<Arg> operands, List<Sizes> in, Sizes out) {
        StringBuilder parameters = new StringBuilder();
        for (int a = 0; a < operands.size(); a++) {
            parameters.append("const float* x").append(a).append(", ");
        }
        String body =
                ExprText.of(kernel.expr(), a -> "x" + a + "[" + Places.broadcast("i", in.get(a), out) + "]", "y[i]");
        Source source = Source.of("pointwise")
                .put("COUNT", out.elements())
                .text("PARAMETERS", parameters + "float* y")
                .text("BODY", body)
                .build();
        List<Arg> args = new ArrayList<>(operands);
        args.add(Arg.out());
        return Call.perElement(source, out.elements(), args.toArray(Arg[]::new));
    }

    static Work prelu(Prelu kernel, List<Sizes> in, Sizes out) {
        Sizes slopes = Sizes.of(1, in.get(1).elements());
        return pointwise(Pointwise.parametricRelu(), List.of(in.get(0), slopes), out);
    }

    /** The anchor, with what its library can do of the function; then the function, in place. */
    static Work fused(Fused kernel, List<Sizes> in, Sizes out) {
        int own = kernel.anchor().dataOperands();
        int further = kernel.epilogue().arity() - 1;
        Work anchor =
                Works.of(kernel.anchor(), kernel.ofAnchor(in), out).renumber(i -> Arg.in(i < own ? i : i + further));
        if (kernel.epilogue().expr().equals(Pointwise.relu().expr())
                && anchor.calls().size() == 1) {
            Work whole = anchor.withRelu();
            if (whole != null) {
                return whole;
            }
        }
        List<Arg> operands = new ArrayList<>(List.of(Arg.out()));
        List<Sizes> shapes = new ArrayList<>(List.of(out));
        for (int i = own; i < own + further; i++) {
            operands.add(Arg.in(i));
            shapes.add(in.get(i));
        }
        return anchor.then(pointwise(kernel.epilogue(), operands, shapes, out));
    }

    /** A view whose result needs memory of its own. */
    static Work copy(Kernel view, List<Sizes> in, Sizes out) {
        return Work.of(new Call.Copy(Arg.in(0)));
    }

    static Work fill(Fill kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("fill")
                .put("COUNT", out.elements())
                .put("VALUE", kernel.value())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.out()));
    }

    static Work dropout(Dropout kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("dropout")
                .put("COUNT", out.elements())
                .put("UNIT", kernel.unit().size(out))
                .bits("STREAM", kernel.stream())
                .declare("constexpr double P = " + kernel.p() + ";")
                .put("FACTOR", 1 / (1 - kernel.p()))
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.now(), Arg.out()));
    }

    static Work gaussianNoise(GaussianNoise kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("gaussian_noise")
                .put("COUNT", out.elements())
                .bits("STREAM", kernel.stream())
                .put("SIGMA", kernel.sigma())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.now(), Arg.out()));
    }

    static Work randomNormal(RandomNormal kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("random_normal")
                .put("COUNT", out.elements())
                .bits("STREAM", kernel.stream())
                .put("MEAN", kernel.mean())
                .put("SIGMA", kernel.deviation())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.now(), Arg.out()));
    }
}
