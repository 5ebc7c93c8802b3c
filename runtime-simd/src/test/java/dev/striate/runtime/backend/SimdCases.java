package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of what kernels in blocks do in a way of their own. */
final class SimdCases {
    private SimdCases() {}

    /** Cases by what they are. */
    static Map<String, Function<SplittableRandom, OneKernel>> all() {
        Map<String, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put("depthwise convolution", r -> {
            Conv conv = depthwise(r);
            Operand x = maps(r, conv);
            return new OneKernel(
                    r.nextBoolean() ? conv : conv.then(Pointwise.clip(0, 6)), List.of(x), r.nextLong());
        });
        all.put("depthwise input gradient", r -> {
            Conv conv = depthwise(r);
            Sizes x = maps(r, conv).shape();
            return OneKernel.of(
                    ConvGradInput.convGradInput(conv, x.toArray()),
                    Operand.random(r, conv.output(List.of(x)).toArray()),
                    Operand.random(r, conv.weightShape(x.dim(1)).toArray()));
        });
        all.put("depthwise weight gradient", r -> {
            Conv conv = depthwise(r);
            Operand x = maps(r, conv);
            return OneKernel.of(
                    ConvGradWeight.convGradWeight(conv),
                    Operand.random(r, conv.output(List.of(x.shape())).toArray()),
                    x);
        });
        return all;
    }

    /** 3 x 3 mostly. */
    private static Conv depthwise(SplittableRandom r) {
        int channels = 2 + r.nextInt(40);
        Extent kernel = r.nextInt(3) > 0 ? new Extent(3, 3) : new Extent(1 + r.nextInt(5), 1 + r.nextInt(5));
        Padding padding = r.nextBoolean()
                ? Padding.of(kernel.h() / 2)
                : new Padding.Explicit(r.nextInt(4), r.nextInt(4), r.nextInt(4), r.nextInt(4));
        Window window = new Window(
                kernel,
                new Extent(1 + r.nextInt(2), 1 + r.nextInt(2)),
                new Extent(1 + r.nextInt(4) / 3, 1 + r.nextInt(4) / 3),
                padding,
                Rounding.FLOOR);
        Conv plain = Conv.conv(channels, 1, 1);
        return new Conv(channels, window, channels, r.nextBoolean(), plain.init());
    }

    private static Operand maps(SplittableRandom r, Conv conv) {
        int h = Math.toIntExact(conv.window().reach(0)) + r.nextInt(30);
        int w = Math.toIntExact(conv.window().reach(1)) + r.nextInt(60);
        return Operand.random(r, 1 + r.nextInt(4), conv.filters(), h, w);
    }
}
