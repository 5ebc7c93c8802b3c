package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Slice;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
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
            return new OneKernel(r.nextBoolean() ? conv : conv.then(Pointwise.clip(0, 6)), List.of(x), r.nextLong());
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
        all.put("maximum of ties, infinities and NaN", r -> {
            Pool pool = pool(r);
            return OneKernel.of(pool, special(r));
        });
        all.put("gradient of such a maximum", r -> {
            Pool pool = pool(r);
            Operand x = special(r);
            Sizes y = pool.output(List.of(x.shape()));
            return OneKernel.of(MaxPoolGrad.maxPoolGrad(pool), Operand.random(r, y.toArray()), x);
        });
        all.put("gradient of means of 2 x 2", r -> {
            Pool pool = Pool.avgPool(2, 2).round(r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
            int channels = 1 + r.nextInt(20);
            Sizes x = Sizes.of(1 + r.nextInt(3), channels, 2 + r.nextInt(30), 2 + r.nextInt(r.nextBoolean() ? 20 : 90));
            Kernel gradient = AvgPoolGrad.avgPoolGrad(pool, x.toArray());
            Operand g = Operand.random(r, pool.output(List.of(x)).toArray());
            Operand y = Operand.random(r, x.toArray());
            return r.nextBoolean()
                    ? OneKernel.of(gradient, g)
                    : OneKernel.of(new Fused(gradient, Pointwise.gradient(Pointwise.tanh())), g, y);
        });
        all.put("gradient by an input of few channels", r -> {
            Conv conv = few(r);
            Sizes x = Sizes.of(
                    1 + r.nextInt(3),
                    1 + r.nextInt(9),
                    Math.toIntExact(conv.window().reach(0)) + r.nextInt(30),
                    Math.toIntExact(conv.window().reach(1)) + r.nextInt(40));
            return OneKernel.of(
                    ConvGradInput.convGradInput(conv, x.toArray()),
                    Operand.random(r, conv.output(List.of(x)).toArray()),
                    Operand.random(r, conv.weightShape(x.dim(1)).toArray()));
        });
        all.put("gradient by one row of few channels and a stride", r -> {
            Window window = new Window(
                    new Extent(3, 2),
                    new Extent(2 + r.nextInt(3), 1),
                    new Extent(1 + r.nextInt(2), 1),
                    Padding.of(2),
                    Rounding.FLOOR);
            Conv conv = new Conv(
                    1 + r.nextInt(20), window, 1, false, Conv.conv(1, 1, 1).init());
            Sizes x = Sizes.of(1 + r.nextInt(3), 1 + r.nextInt(8), 1, 1 + r.nextInt(40));
            return OneKernel.of(
                    ConvGradInput.convGradInput(conv, x.toArray()),
                    Operand.random(r, conv.output(List.of(x)).toArray()),
                    Operand.random(r, conv.weightShape(x.dim(1)).toArray()));
        });
        all.put("gradient by a weight of few filters", r -> {
            Conv conv = few(r);
            Conv narrow = new Conv(1 + conv.filters() / 3, conv.window(), 1, false, conv.init());
            Operand x = Operand.random(
                    r,
                    1 + r.nextInt(10),
                    1 + r.nextInt(5),
                    Math.toIntExact(conv.window().reach(0)) + r.nextInt(30),
                    Math.toIntExact(conv.window().reach(1)) + r.nextInt(40));
            Sizes y = narrow.output(List.of(x.shape()));
            return OneKernel.of(ConvGradWeight.convGradWeight(narrow), Operand.random(r, y.toArray()), x);
        });
        all.put(
                "sums of channels",
                r -> OneKernel.of(
                        ChannelSum.channelSum(),
                        r.nextBoolean() ? wide(r) : Operand.random(r, 1 + r.nextInt(9), 1 + r.nextInt(60))));
        all.put("largest of whole maps", r -> OneKernel.of(LinePool.globalMaxPool(), special(r)));
        all.put("moments of many channels", r -> OneKernel.of(ChannelMoments.channelMoments(), wide(r)));
        all.put("normalization", r -> {
            Norm norm = norm(r);
            return new OneKernel(norm, List.of(maps(r, norm)), r.nextLong());
        });
        all.put("gradient of a normalization by its input", r -> {
            Norm norm = norm(r);
            Operand x = maps(r, norm);
            Operand g = Operand.random(r, x.shape().toArray());
            return OneKernel.of(
                    NormGradInput.normGradInput(norm),
                    g,
                    x,
                    Operand.random(r, x.shape().dim(1)));
        });
        all.put("gradient of a normalization by its weight", r -> {
            Norm norm = norm(r);
            Operand x = maps(r, norm);
            return OneKernel.of(
                    NormGradWeight.normGradWeight(norm),
                    Operand.random(r, x.shape().toArray()),
                    x);
        });
        all.put("softmax of places", r -> OneKernel.of(Softmax.softmax(), wide(r)));
        all.put("gradient of such a softmax", r -> {
            Operand y = wide(r);
            return OneKernel.of(
                    SoftmaxGrad.softmaxGrad(), Operand.random(r, y.shape().toArray()), y);
        });
        all.put("logarithm of softmax of places", r -> OneKernel.of(LogSoftmax.logSoftmax(), wide(r)));
        all.put("gradient of such a logarithm", r -> {
            Operand y = wide(r);
            return OneKernel.of(
                    LogSoftmaxGrad.logSoftmaxGrad(), Operand.random(r, y.shape().toArray()), y);
        });
        all.put("channels by their length", r -> OneKernel.of(L2Normalize.l2Normalize(limit(r)), wide(r)));
        all.put("gradient of channels by their length", r -> {
            Operand x = wide(r);
            return OneKernel.of(
                    L2NormalizeGrad.l2NormalizeGrad(limit(r)),
                    Operand.random(r, x.shape().toArray()),
                    x);
        });
        all.put("concatenation", r -> {
            Sizes first = wide(r).shape();
            Sizes second = Sizes.of(first.dim(0), 1 + r.nextInt(40), first.dim(2), first.dim(3));
            return OneKernel.of(
                    Concat.concat(1), Operand.random(r, first.toArray()), Operand.random(r, second.toArray()));
        });
        all.put("slice of channels", r -> {
            Operand x = wide(r);
            int from = r.nextInt(x.shape().dim(1));
            int to = from + 1 + r.nextInt(x.shape().dim(1) - from);
            return OneKernel.of(Slice.slice(1, from, to), x);
        });
        all.put("padding of channels and pixels", r -> {
            int[] amounts = r.ints(6, 0, 20).toArray();
            return OneKernel.of(Pad.pad(r.nextInt(2), 1, amounts), wide(r));
        });
        all.put("gradient of relu with infinities and NaN", r -> {
            Operand x = special(r);
            return OneKernel.of(
                    Pointwise.gradient(Pointwise.relu()),
                    x,
                    Operand.random(r, x.shape().toArray()));
        });
        all.put("expansion", r -> {
            Sizes shape = wide(r).shape();
            return OneKernel.of(Expand.expand(shape.toArray()).shared(), Operand.random(r, shape.dim(0), shape.dim(1)));
        });
        return all;
    }

    private static Operand wide(SplittableRandom r) {
        return Operand.random(r, 1 + r.nextInt(5), 1 + r.nextInt(50), 1 + r.nextInt(12), 1 + r.nextInt(12));
    }

    /** What a length is divided by at least: below all lengths, or about as large as they are. */
    private static double limit(SplittableRandom r) {
        return r.nextBoolean() ? 1e-12 : 2;
    }

    private static Norm norm(SplittableRandom r) {
        return switch (r.nextInt(3)) {
            case 0 -> Norm.layerNorm(1e-2);
            case 1 -> Norm.instanceNorm(1e-2);
            default -> Norm.groupNorm(1 + r.nextInt(3), 1e-2);
        };
    }

    /** Of which some have fewer places than a vector has lanes. */
    private static Operand maps(SplittableRandom r, Norm norm) {
        int channels = Math.max(1, norm.groups()) * (1 + r.nextInt(12));
        return Operand.random(r, 1 + r.nextInt(4), channels, 2 + r.nextInt(8), 1 + r.nextInt(12));
    }

    private static Pool pool(SplittableRandom r) {
        Pool pool = r.nextBoolean() ? Pool.maxPool(3, 3) : Pool.maxPool(2, 2);
        int stride = 1 + r.nextInt(3);
        return pool.stride(stride, stride).pad(r.nextInt(2)).round(r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
    }

    /** Few different values, some of which are no numbers. */
    private static Operand special(SplittableRandom r) {
        float[] choice = {-1, 0, 1, 1, 2, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
        int kinds = 4 + r.nextInt(5);
        Operand x = Operand.random(r, 1 + r.nextInt(3), 1 + r.nextInt(40), 3 + r.nextInt(20), 3 + r.nextInt(20));
        for (int i = 0; i < x.floats().length; i++) {
            x.floats()[i] = choice[r.nextInt(kinds)];
        }
        return x;
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

    /** Of stride 1 mostly. */
    private static Conv few(SplittableRandom r) {
        Window window = new Window(
                new Extent(1 + r.nextInt(5), 1 + r.nextInt(5)),
                new Extent(1 + r.nextInt(5) / 4, 1 + r.nextInt(5) / 4),
                new Extent(1 + r.nextInt(4) / 3, 1 + r.nextInt(4) / 3),
                new Padding.Explicit(r.nextInt(4), r.nextInt(4), r.nextInt(4), r.nextInt(4)),
                Rounding.FLOOR);
        Conv plain = Conv.conv(1 + r.nextInt(24), 1, 1);
        return new Conv(plain.filters(), window, 1, false, plain.init());
    }

    private static Operand maps(SplittableRandom r, Conv conv) {
        int h = Math.toIntExact(conv.window().reach(0)) + r.nextInt(30);
        int w = Math.toIntExact(conv.window().reach(1)) + r.nextInt(60);
        return Operand.random(r, 1 + r.nextInt(4), conv.filters(), h, w);
    }
}
