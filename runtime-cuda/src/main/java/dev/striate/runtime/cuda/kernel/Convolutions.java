package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Grid;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions, by cuDNN, or by kernels of our own where the padding is not the same on both sides; matrix products by
 * cuBLASLt; locally connected layers.
 */
final class Convolutions {
    private Convolutions() {}

    static Work forward(Conv conv, Site s) {
        ConvSizes sizes = ConvSizes.of(conv, s.in(0));
        if (addsBiasApart(conv, s)) {
            Work product = forward(conv.withoutBias(), s);
            Site sum = new Site(List.of(s.out(), bias(s.in(2))), s.out());
            Work apart = product.then(Elements.pointwise(Pointwise.add(), List.of(Arg.out(), Arg.in(2)), sum));
            return together(conv, Activation.NONE, s, apart);
        }
        Source source = sizes(s.source("conv"), sizes, s.in(0), s.in(1), s.out())
                .put("HAS_BIAS", conv.bias())
                .build();
        // Without a bias the kernel does not look at its third operand.
        Arg bias = Arg.in(conv.bias() ? 2 : 1);
        Call.Launch own = Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), bias, Arg.out());
        return library(Kind.FORWARD, sizes, conv.bias() ? 2 : -1, own);
    }

    /** By the library where it knows the padding, else by a kernel of ours. */
    private static Work library(Kind kind, ConvSizes sizes, int bias, Call.Launch own) {
        return Work.of(sizes.isSymmetric() ? new Call.Convolution(kind, sizes, bias, own) : own);
    }

    /**
     * Whether the library does a function of a convolution in the same call: adds the bias, and perhaps another feature map, and takes relu.
     * cuDNN documents that for float32 and float16, the bias in the same numbers as the rest.
     *
     * @param anchor the values of the convolution
     * @param further what the function reads besides
     */
    static boolean fuses(Fused kernel, Site anchor, List<Form> further) {
        return kernel.anchor() instanceof Conv conv
                && conv.bias()
                && anchor.out().element() != Element.BFLOAT16
                && Activation.of(kernel.epilogue()) == Activation.RELU
                && further.stream().allMatch(anchor.out()::equals)
                && ConvSizes.of(conv, anchor.in(0)).isSymmetric();
    }

    /** A convolution and what the library does behind it; see {@link #fuses}. */
    static Work fused(Conv conv, Site s, Work apart) {
        int addend = s.in().size() > 3 ? 1 : -1;
        int weight = s.in().size() - 2;
        ConvSizes sizes = ConvSizes.of(conv, s.in(0));
        return Work.of(new Call.Convolution(Kind.FORWARD, sizes, 0, weight, weight + 1, addend, true, apart.calls()));
    }

    /**
     * A convolution and what follows as a graph of the library, where one can be: in bfloat16, for which the library has no other call with a
     * bias, and with any padding that it knows.
     *
     * @param activation what follows the sum with the bias and perhaps with another operand; null when it is nothing that the library has
     * @param s the values of all
     * @param apart what is done otherwise
     */
    static Work together(Conv conv, @Nullable Activation activation, Site s, Work apart) {
        ConvSizes sizes = ConvSizes.of(conv, s.in(0));
        int weight = s.in().size() - (conv.bias() ? 2 : 1);
        boolean fits = s.in().subList(1, weight).stream().allMatch(s.out()::equals);
        if (activation == null || !fits || s.out().element() != Element.BFLOAT16 || !sizes.isSymmetric()) {
            return apart;
        }
        int bias = conv.bias() ? weight + 1 : -1;
        int addend = weight > 1 ? 1 : -1;
        return Work.of(new Call.Graph(sizes, 0, weight, bias, addend, activation, apart.calls()));
    }

    /** Whether the library leaves the bias to a kernel of ours: its own would be of as few bits as the result. */
    static boolean addsBiasApart(Conv conv, Site s) {
        return conv.bias()
                && s.out().element() != Element.FLOAT32
                && ConvSizes.of(conv, s.in(0)).isSymmetric();
    }

    /** A bias {@code [F]} as it meets {@code [N, F, H, W]}. */
    static Form bias(Form bias) {
        return new Form(Sizes.of(1, bias.elements()), bias.element(), false);
    }

    static Work inputGradient(ConvGradInput kernel, Site s) {
        return inputGradient(ConvSizes.of(kernel.conv(), s.out()), s);
    }

    private static Work inputGradient(ConvSizes sizes, Site s) {
        Source source = sizes(s.source("conv_grad_input"), sizes, s.out(), s.in(1), s.in(0))
                .build();
        Call.Launch own = Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.out());
        return library(Kind.GRADIENT_OF_INPUT, sizes, -1, own);
    }

    static Work weightGradient(ConvGradWeight kernel, Site s) {
        ConvSizes sizes = ConvSizes.of(kernel.conv(), s.in(1));
        Source source = sizes(s.source("conv_grad_weight"), sizes, s.in(1), s.out(), s.in(0))
                .build();
        int blocks = Math.min(s.out().elements(), 1 << 16);
        Call.Launch own = new Call.Launch(source, blocks, List.of(Arg.in(0), Arg.in(1), Arg.out()));
        return library(Kind.GRADIENT_OF_WEIGHT, sizes, -1, own);
    }

    private static Source.Builder sizes(Source.Builder source, ConvSizes sizes, Form x, Form weight, Form y) {
        Source.Builder sized = maps(source, x, weight, y)
                .put("N", sizes.n())
                .put("CG", sizes.c() / sizes.groups())
                .put("GROUPS", sizes.groups())
                .put("F", sizes.f());
        return Windows.put(sized, sizes.grid());
    }

    private static Source.Builder maps(Source.Builder source, Form x, Form weight, Form y) {
        return source.declare(x.map("X")).declare(weight.map("WEIGHT")).declare(y.map("Y"));
    }

    static Work transposed(ConvTranspose kernel, Site s) {
        Work gradient = inputGradient(ConvSizes.of(kernel.conv(s.in(0).dim(1)), s.out()), s);
        if (!kernel.bias()) {
            return gradient;
        }
        Site sum = new Site(List.of(s.out(), bias(s.in(2))), s.out());
        return gradient.then(Elements.pointwise(Pointwise.add(), List.of(Arg.out(), Arg.in(2)), sum));
    }

    static Work transposedInputGradient(ConvTransposeGradInput kernel, Site s) {
        return forward(kernel.transpose().conv(s.in(1).dim(0)), s);
    }

    static Work fc(Fc fc, Site s) {
        int bias = fc.bias() ? 2 : -1;
        return product(s, s.in(0).dim(1), false, true, bias);
    }

    static Work fcInputGradient(FcGradInput kernel, Site s) {
        return product(s, s.in(0).dim(1), false, false, -1);
    }

    static Work fcWeightGradient(FcGradWeight kernel, Site s) {
        return product(s, s.in(0).dim(0), true, false, -1);
    }

    private static Work product(Site s, int k, boolean transposeA, boolean transposeB, int bias) {
        int m = s.out().dim(0);
        int n = s.out().dim(1);
        return Work.of(new Call.Product(m, n, k, s.in(0).element(), transposeA, transposeB, 0, 1, bias, false));
    }

    static Work local(LocallyConnected layer, Site s) {
        Source source = local(s.source("locally_connected"), layer, s.in(0), s.in(1), s.out())
                .put("HAS_BIAS", layer.bias())
                .build();
        Arg bias = Arg.in(layer.bias() ? 2 : 1);
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), bias, Arg.out()));
    }

    static Work localInputGradient(LocallyConnectedGradInput kernel, Site s) {
        Source.Builder source = s.source("locally_connected_grad_input");
        return perElement(local(source, kernel.layer(), s.out(), s.in(1), s.in(0)), s);
    }

    static Work localWeightGradient(LocallyConnectedGradWeight kernel, Site s) {
        Source.Builder source = s.source("locally_connected_grad_weight");
        return perElement(local(source, kernel.layer(), s.in(1), s.out(), s.in(0)), s);
    }

    private static Work perElement(Source.Builder source, Site s) {
        return Work.of(Call.perElement(source.build(), s.out().elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    private static Source.Builder local(Source.Builder source, LocallyConnected layer, Form x, Form weight, Form y) {
        Source.Builder sized =
                maps(source, x, weight, y).put("N", x.dim(0)).put("C", x.dim(1)).put("F", layer.filters());
        return Windows.put(sized, Grid.of(layer.window(), x.dim(2), x.dim(3)));
    }
}
