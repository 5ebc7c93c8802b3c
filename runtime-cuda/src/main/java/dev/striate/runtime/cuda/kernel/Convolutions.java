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
import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.window.Grid;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import java.util.List;

/**
 * Convolutions, by cuDNN, or by kernels of our own where the padding is not the same on both sides; matrix products by
 * cuBLASLt; locally connected layers.
 */
final class Convolutions {
    private Convolutions() {}

    static Work forward(Conv conv, List<Sizes> in, Sizes out) {
        ConvSizes s = ConvSizes.of(conv, in.get(0));
        if (s.isSymmetric()) {
            return Work.of(new Call.Convolution(Kind.FORWARD, s, 0, 1, conv.bias() ? 2 : -1, false));
        }
        Source source = sizes("conv", s).put("HAS_BIAS", conv.bias()).build();
        // Without a bias the kernel does not look at its third operand.
        Arg bias = Arg.in(conv.bias() ? 2 : 1);
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), bias, Arg.out()));
    }

    static Work inputGradient(ConvGradInput kernel, List<Sizes> in, Sizes out) {
        return inputGradient(ConvSizes.of(kernel.conv(), out), out);
    }

    private static Work inputGradient(ConvSizes s, Sizes out) {
        if (s.isSymmetric()) {
            return Work.of(new Call.Convolution(Kind.GRADIENT_OF_INPUT, s, 0, 1, -1, false));
        }
        Source source = sizes("conv_grad_input", s).build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work weightGradient(ConvGradWeight kernel, List<Sizes> in, Sizes out) {
        ConvSizes s = ConvSizes.of(kernel.conv(), in.get(1));
        if (s.isSymmetric()) {
            return Work.of(new Call.Convolution(Kind.GRADIENT_OF_WEIGHT, s, 0, 1, -1, false));
        }
        Source source = sizes("conv_grad_weight", s).build();
        int blocks = Math.min(out.elements(), 1 << 16);
        return Work.of(new Call.Launch(source, blocks, List.of(Arg.in(0), Arg.in(1), Arg.out())));
    }

    private static Source.Builder sizes(String section, ConvSizes s) {
        Source.Builder source = Source.of(section)
                .put("N", s.n())
                .put("CG", s.c() / s.groups())
                .put("GROUPS", s.groups())
                .put("F", s.f());
        return Windows.put(source, s.grid());
    }

    static Work transposed(ConvTranspose kernel, List<Sizes> in, Sizes out) {
        ConvSizes s = ConvSizes.of(kernel.conv(in.get(0).dim(1)), out);
        Work gradient = inputGradient(s, out);
        if (!kernel.bias()) {
            return gradient;
        }
        Source source = Source.of("add_bias")
                .put("COUNT", out.elements())
                .put("F", kernel.filters())
                .put("AREA", out.elementsFrom(2))
                .build();
        return gradient.then(Call.perElement(source, out.elements(), Arg.in(2), Arg.out()));
    }

    static Work transposedInputGradient(ConvTransposeGradInput kernel, List<Sizes> in, Sizes out) {
        return forward(kernel.transpose().conv(in.get(1).dim(0)), in, out);
    }

    static Work fc(Fc fc, List<Sizes> in, Sizes out) {
        int inputs = in.get(0).dim(1);
        return Work.of(new Call.Product(out.dim(0), fc.units(), inputs, false, true, 0, 1, fc.bias() ? 2 : -1, false));
    }

    static Work fcInputGradient(FcGradInput kernel, List<Sizes> in, Sizes out) {
        int units = in.get(0).dim(1);
        return Work.of(new Call.Product(out.dim(0), out.dim(1), units, false, false, 0, 1, -1, false));
    }

    static Work fcWeightGradient(FcGradWeight kernel, List<Sizes> in, Sizes out) {
        int batch = in.get(0).dim(0);
        return Work.of(new Call.Product(out.dim(0), out.dim(1), batch, true, false, 0, 1, -1, false));
    }

    static Work local(LocallyConnected layer, List<Sizes> in, Sizes out) {
        Source source = sizes("locally_connected", layer, in.get(0))
                .put("HAS_BIAS", layer.bias())
                .build();
        Arg bias = Arg.in(layer.bias() ? 2 : 1);
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), bias, Arg.out()));
    }

    static Work localInputGradient(LocallyConnectedGradInput kernel, List<Sizes> in, Sizes out) {
        Source source =
                sizes("locally_connected_grad_input", kernel.layer(), out).build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work localWeightGradient(LocallyConnectedGradWeight kernel, List<Sizes> in, Sizes out) {
        Source source = sizes("locally_connected_grad_weight", kernel.layer(), in.get(1))
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    private static Source.Builder sizes(String section, LocallyConnected layer, Sizes x) {
        Source.Builder source =
                Source.of(section).put("N", x.dim(0)).put("C", x.dim(1)).put("F", layer.filters());
        return Windows.put(source, Grid.of(layer.window(), x.dim(2), x.dim(3)));
    }
}
