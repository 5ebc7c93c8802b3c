package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
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
    /** From how many elements on a thread takes several at once. */
    private static final int MANY = 1 << 20;

    private Elements() {}

    static Work pointwise(Pointwise kernel, Site s) {
        List<Arg> operands =
                IntStream.range(0, kernel.arity()).mapToObj(Arg::in).toList();
        return Work.of(pointwise(kernel, operands, s));
    }

    /** An element-wise function of given operands, which may be the result itself. */
    static Call pointwise(Pointwise kernel, List<Arg> operands, Site s) {
        StringBuilder parameters = new StringBuilder();
        for (int a = 0; a < operands.size(); a++) {
            parameters.append(parameter("const ", s.in(a), "x" + a + ", "));
        }
        List<String> few = new ArrayList<>();
        for (int a = 0; a < operands.size(); a++) {
            if (place(s, a).equals("i")) {
                few.add("const auto few" + a + " = few_at<AT_ONCE>(x" + a + " + first);");
            }
        }
        Source.Builder source = s.source("pointwise")
                .text("PARAMETERS", parameters + parameter("", s.out(), "y"))
                .text("OPERANDS", String.join("\n        ", few))
                .text("BODY", ExprText.of(kernel.expr(), a -> element(s, a), "result.of[k]"));
        List<Arg> args = new ArrayList<>(operands);
        args.add(Arg.out());
        return few(source, s, args);
    }

    /** A launch in which each thread takes a few neighbours, where there are so many that this leaves no device idle. */
    static Call few(Source.Builder source, Site s, List<Arg> args) {
        int count = s.out().elements();
        int atOnce = count < MANY ? 1 : Form.atOnce(count);
        return new Call.Launch(
                source.put("COUNT", count).put("AT_ONCE", atOnce).build(), Call.blocks(count / atOnce), args);
    }

    /** The element of an operand for place {@code i} of the result. */
    private static String element(Site s, int operand) {
        String place = place(s, operand);
        return place.equals("i") ? "few" + operand + ".of[k]" : "x" + operand + "[" + place + "]";
    }

    /** Where an operand has the element for place {@code i} of the result; {@code i} when it lies like the result. */
    private static String place(Site s, int operand) {
        return Places.broadcast("i", s.in(operand), s.out());
    }

    private static String parameter(String before, Form value, String name) {
        return before + value.element().type() + "* " + name;
    }

    static Work prelu(Prelu kernel, Site s) {
        Form slopes = Form.rows(Sizes.of(1, s.in(1).elements()));
        return pointwise(Pointwise.parametricRelu(), new Site(List.of(s.in(0), slopes), s.out()));
    }

    /** The anchor, with what its library can do of the function; then the function, in place. */
    static Work fused(Fused kernel, Site s) {
        Site site = new Site(kernel.ofAnchor(s.in()), s.out());
        Work apart = apart(kernel, site, s);
        if (kernel.anchor() instanceof Conv conv && Convolutions.fuses(kernel, site, kernel.ofEpilogue(s.in()))) {
            return Convolutions.fused(conv, s, apart);
        }
        return kernel.anchor() instanceof Conv conv
                ? Convolutions.together(conv, Activation.of(kernel.epilogue()), s, apart)
                : apart;
    }

    private static Work apart(Fused kernel, Site site, Site s) {
        int own = kernel.anchor().dataOperands();
        int further = kernel.epilogue().arity() - 1;
        List<Arg> operands = new ArrayList<>(List.of(Arg.out()));
        List<Form> forms = new ArrayList<>(List.of(s.out()));
        Kernel first = kernel.anchor();
        Pointwise function = kernel.epilogue();
        if (first instanceof Conv conv && Convolutions.addsBiasApart(conv, site)) {
            first = conv.withoutBias();
            function = Pointwise.add().then(function, 0);
            operands.add(Arg.in(s.in().size() - 1));
            forms.add(Convolutions.bias(s.in().getLast()));
        }
        Work anchor = Works.of(first, site).renumber(i -> Arg.in(i < own ? i : i + further));
        if (function.expr().equals(Pointwise.relu().expr()) && anchor.calls().size() == 1) {
            Work whole = anchor.withRelu();
            if (whole != null) {
                return whole;
            }
        }
        for (int i = own; i < own + further; i++) {
            operands.add(Arg.in(i));
            forms.add(s.in(i));
        }
        return anchor.then(pointwise(function, operands, new Site(forms, s.out())));
    }

    /** A view whose result needs memory of its own. */
    static Work copy(Kernel view, Site s) {
        return Work.of(new Call.Copy(Arg.in(0)));
    }

    static Work fill(Fill kernel, Site s) {
        Source source = s.source(kernel.isSeed() ? "seed" : "fill")
                .put("COUNT", s.out().elements())
                .put("VALUE", kernel.value())
                .build();
        return Work.of(
                kernel.isSeed()
                        ? Call.perElement(source, s.out().elements(), Arg.scale(), Arg.out())
                        : Call.perElement(source, s.out().elements(), Arg.out()));
    }

    /** The elements of one sample of a result. */
    private static int sample(Site s) {
        Sizes shape = s.out().shape();
        return shape.rank() == 0 ? 1 : shape.elementsFrom(1);
    }

    static Work dropout(Dropout kernel, Site s) {
        Source.Builder source = s.source("dropout")
                .put("UNIT", kernel.unit().size(s.out().shape()))
                .bits("STREAM", kernel.stream())
                .put("SAMPLE", sample(s))
                .declare(Places.function("number", Places.number("i", s.out())))
                .declare("constexpr double P = " + kernel.p() + ";")
                .put("FACTOR", 1 / (1 - kernel.p()));
        return Work.of(few(source, s, List.of(Arg.in(0), Arg.now(), Arg.out())));
    }

    static Work gaussianNoise(GaussianNoise kernel, Site s) {
        Source.Builder source = s.source("gaussian_noise")
                .bits("STREAM", kernel.stream())
                .put("SAMPLE", sample(s))
                .declare(Places.function("number", Places.number("i", s.out())))
                .put("SIGMA", kernel.sigma());
        return Work.of(few(source, s, List.of(Arg.in(0), Arg.now(), Arg.out())));
    }

    static Work randomNormal(RandomNormal kernel, Site s) {
        Source source = s.source("random_normal")
                .put("COUNT", s.out().elements())
                .bits("STREAM", kernel.stream())
                .put("SAMPLE", sample(s))
                .declare(Places.function("number", Places.number("i", s.out())))
                .put("MEAN", kernel.mean())
                .put("SIGMA", kernel.deviation())
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.now(), Arg.out()));
    }
}
