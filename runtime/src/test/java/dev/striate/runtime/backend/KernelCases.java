package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Fill;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.RandomNormal;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.core.kernel.Reshape;
import dev.striate.core.kernel.Slice;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of every kind of kernel, odd sizes on purpose. */
final class KernelCases {
    static final Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> ALL = all();

    private KernelCases() {}

    private static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.putAll(windows());
        all.putAll(products());
        all.putAll(elements());
        all.putAll(FusionCases.all());
        all.putAll(LossCases.all());
        all.putAll(NormalizationCases.all());
        all.putAll(shapes());
        return all;
    }

    private static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> windows() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(Conv.class, r -> conv(r, (c, x, y) -> new OneKernel(c, List.of(x), r.nextLong())));
        all.put(
                ConvGradInput.class,
                r -> conv(
                        r,
                        (c, x, gy) -> OneKernel.of(
                                ConvGradInput.convGradInput(c, x.shape().toArray()),
                                gy,
                                Operand.random(
                                        r, c.weightShape(x.shape().dim(1)).toArray()))));
        all.put(
                ConvGradWeight.class,
                r -> conv(r, (c, x, gy) -> OneKernel.of(ConvGradWeight.convGradWeight(c), gy, x)));
        all.put(ConvTranspose.class, r -> {
            Operand x = Operand.random(r, batch(r), size(r, 9), size(r, 12), size(r, 12));
            return new OneKernel(transpose(r), List.of(x), r.nextLong());
        });
        all.put(ConvTransposeGradInput.class, r -> {
            ConvTranspose transpose = transpose(r);
            int channels = size(r, 9);
            Sizes x = Sizes.of(batch(r), channels, size(r, 12), size(r, 12));
            return OneKernel.of(
                    ConvTransposeGradInput.convTransposeGradInput(transpose),
                    Operand.random(r, transpose.output(List.of(x)).toArray()),
                    Operand.random(
                            r, transpose.params(List.of(x)).getFirst().shape().toArray()));
        });
        all.put(Pool.class, r -> pool(r, anyKind(r), (p, x, gy) -> OneKernel.of(p, x)));
        all.put(
                MaxPoolGrad.class,
                r -> pool(r, Pool.Kind.MAX, (p, x, gy) -> OneKernel.of(MaxPoolGrad.maxPoolGrad(p), gy, x)));
        all.put(LocallyConnected.class, r -> local(r, (l, x, gy) -> new OneKernel(l, List.of(x), r.nextLong())));
        all.put(
                LocallyConnectedGradInput.class,
                r -> local(
                        r,
                        (l, x, gy) -> OneKernel.of(
                                LocallyConnectedGradInput.locallyConnectedGradInput(
                                        l, x.shape().toArray()),
                                gy,
                                Operand.random(r, l.weightShape(x.shape()).toArray()))));
        all.put(
                LocallyConnectedGradWeight.class,
                r -> local(
                        r,
                        (l, x, gy) -> OneKernel.of(LocallyConnectedGradWeight.locallyConnectedGradWeight(l), gy, x)));
        all.put(AdaptiveAvgPool.class, r -> OneKernel.of(adaptive(r), map(r)));
        all.put(AdaptiveAvgPoolGrad.class, r -> {
            AdaptiveAvgPool pool = adaptive(r);
            Sizes x = map(r).shape();
            return OneKernel.of(
                    AdaptiveAvgPoolGrad.adaptiveAvgPoolGrad(pool, x.toArray()),
                    Operand.random(r, pool.output(List.of(x)).toArray()));
        });
        all.put(
                L2PoolGrad.class,
                r -> pool(
                        r,
                        Pool.Kind.L2,
                        (p, x, gy) -> OneKernel.of(
                                L2PoolGrad.l2PoolGrad(p),
                                gy,
                                x,
                                Operand.random(r, gy.shape().toArray()))));
        all.put(
                AvgPoolGrad.class,
                r -> pool(
                        r,
                        Pool.Kind.AVERAGE,
                        (p, x, gy) -> OneKernel.of(
                                AvgPoolGrad.avgPoolGrad(p, x.shape().toArray()), gy)));
        return all;
    }

    private static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> products() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(Fc.class, r -> {
            Fc fc = Fc.fc(size(r, 200));
            Operand x = Operand.random(r, batch(r), size(r, 300));
            return new OneKernel(r.nextBoolean() ? fc : fc.withoutBias(), List.of(x), r.nextLong());
        });
        all.put(FcGradInput.class, r -> {
            int units = size(r, 200);
            return OneKernel.of(
                    FcGradInput.fcGradInput(),
                    Operand.random(r, batch(r), units),
                    Operand.random(r, units, size(r, 300)));
        });
        all.put(FcGradWeight.class, r -> {
            int batch = batch(r);
            return OneKernel.of(
                    FcGradWeight.fcGradWeight(),
                    Operand.random(r, batch, size(r, 200)),
                    Operand.random(r, batch, size(r, 300)));
        });
        return all;
    }

    private static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> elements() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(ChannelSum.class, r -> OneKernel.of(ChannelSum.channelSum(), map(r)));
        all.put(Pointwise.class, KernelCases::pointwise);
        all.put(Prelu.class, r -> new OneKernel(Prelu.prelu(), List.of(map(r)), r.nextLong()));
        all.put(Dropout.class, r -> OneKernel.of(Dropout.dropout(r.nextDouble(), "drop1"), map(r)));
        all.put(Fill.class, r -> OneKernel.of(Fill.fill(r.nextDouble(), size(r, 7), size(r, 3000))));
        all.put(Flatten.class, r -> OneKernel.of(Flatten.flatten(), map(r)));
        all.put(Reshape.class, r -> {
            Operand x = map(r);
            return OneKernel.of(Reshape.reshape(x.shape().elements()), x);
        });
        return all;
    }

    /** Makes a case of a window, an input and a gradient of the output. */
    private interface WithWindow<K> {
        OneKernel make(K kernel, Operand x, Operand gy);
    }

    private static OneKernel conv(SplittableRandom r, WithWindow<Conv> with) {
        int groups = r.nextInt(3) == 0 ? size(r, 4) : 1;
        int channels = groups * size(r, 9);
        Window window = window(r, true);
        Conv conv = Conv.conv(groups * size(r, 9), 1, 1).groups(groups);
        conv = new Conv(conv.filters(), window, groups, r.nextBoolean(), conv.init());
        Operand x = input(r, window, channels);
        Sizes y = conv.output(List.of(x.shape()));
        return with.make(conv, x, Operand.random(r, y.toArray()));
    }

    private static OneKernel local(SplittableRandom r, WithWindow<LocallyConnected> with) {
        Window drawn = window(r, false);
        Window window = new Window(drawn.kernel(), drawn.stride(), Extent.ONE, drawn.padding(), drawn.rounding());
        LocallyConnected plain = LocallyConnected.locallyConnected(size(r, 5), 1, 1);
        LocallyConnected layer = new LocallyConnected(plain.filters(), window, r.nextBoolean(), plain.init());
        Operand x = input(r, window, size(r, 4));
        return with.make(
                layer, x, Operand.random(r, layer.output(List.of(x.shape())).toArray()));
    }

    private static ConvTranspose transpose(SplittableRandom r) {
        int stride = size(r, 3);
        ConvTranspose plain = ConvTranspose.convTranspose(size(r, 9), 2 + r.nextInt(3), 2 + r.nextInt(3))
                .stride(stride, stride)
                .outputPad(r.nextInt(stride))
                .pad(new Padding.Explicit(r.nextInt(2), 0, 0, r.nextInt(2)));
        return r.nextBoolean() ? plain : plain.withoutBias();
    }

    private static OneKernel pool(SplittableRandom r, Pool.Kind kind, WithWindow<Pool> with) {
        Window window = window(r, false);
        Pool pool = new Pool(kind, window, r.nextBoolean());
        Operand x = input(r, window, size(r, 9));
        Sizes y = pool.output(List.of(x.shape()));
        return with.make(pool, x, Operand.random(r, y.toArray()));
    }

    private static AdaptiveAvgPool adaptive(SplittableRandom r) {
        return AdaptiveAvgPool.adaptiveAvgPool(size(r, 9), size(r, 9));
    }

    private static Pool.Kind anyKind(SplittableRandom r) {
        List<Pool.Kind> kinds = List.of(Pool.Kind.values());
        return kinds.get(r.nextInt(kinds.size()));
    }

    private static Window window(SplittableRandom r, boolean mayBePlain) {
        if (mayBePlain && r.nextInt(6) == 0) {
            return Window.of(Extent.ONE);
        }
        Padding padding = switch (r.nextInt(4)) {
            case 0 -> Padding.NONE;
            case 1 -> Padding.SAME;
            case 2 -> Padding.of(r.nextInt(3));
            default -> new Padding.Explicit(r.nextInt(4), r.nextInt(4), r.nextInt(4), r.nextInt(4));
        };
        return new Window(
                new Extent(size(r, 5), size(r, 5)),
                new Extent(size(r, 3), size(r, 3)),
                new Extent(size(r, 2), size(r, 2)),
                padding,
                r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
    }

    /** Images on which the window fits at least once. */
    private static Operand input(SplittableRandom r, Window window, int channels) {
        int height = Math.toIntExact(window.reach(0)) + r.nextInt(20);
        int width = Math.toIntExact(window.reach(1)) + r.nextInt(20);
        return Operand.random(r, batch(r), channels, height, width);
    }

    private static OneKernel pointwise(SplittableRandom r) {
        List<Pointwise> functions = List.of(
                Pointwise.relu(),
                Pointwise.tanh(),
                Pointwise.sigmoid(),
                Pointwise.add(),
                Pointwise.gradient(Pointwise.relu()),
                Pointwise.gradient(Pointwise.tanh()),
                Pointwise.gradient(Pointwise.sigmoid()),
                Pointwise.gradient(Pointwise.multiply(3), 1),
                Pointwise.gradient(Pointwise.divide(), 1),
                Pointwise.largest(3),
                Pointwise.gelu(),
                Pointwise.elu(0.7),
                Pointwise.gradient(Pointwise.selu()),
                Pointwise.softplus());
        Pointwise f = functions.get(r.nextInt(functions.size()));
        int[] shape = {batch(r), size(r, 9), size(r, 40), size(r, 40)};
        Operand[] operands = new Operand[f.arity()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = Operand.random(r, i == 0 ? shape : meeting(r, shape));
        }
        return OneKernel.of(f, operands);
    }

    /** A shape that meets another from the left: some sizes become 1, some axes at the end go. */
    static int[] meeting(SplittableRandom r, int... shape) {
        int[] other = Arrays.copyOf(shape, r.nextInt(3) == 0 ? r.nextInt(1 + shape.length) : shape.length);
        for (int i = 0; i < other.length; i++) {
            other[i] = r.nextInt(4) == 0 ? 1 : other[i];
        }
        return other;
    }

    private static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> shapes() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(Expand.class, r -> {
            int[] shape = {batch(r), size(r, 9), size(r, 40), size(r, 40)};
            Expand expand = Expand.expand(shape);
            return OneKernel.of(r.nextBoolean() ? expand : expand.shared(), Operand.random(r, meeting(r, shape)));
        });
        all.put(Reduce.class, r -> OneKernel.of(reduce(r, Reduce.Kind.values()), map(r)));
        all.put(ReduceMaxGrad.class, r -> {
            Operand x = map(r);
            Reduce reduce = reduce(r, Reduce.Kind.MAX);
            Sizes kept = reduce.output(List.of(x.shape()));
            return OneKernel.of(ReduceMaxGrad.reduceMaxGrad(reduce), Operand.random(r, kept.toArray()), x);
        });
        all.put(Concat.class, r -> {
            int axis = r.nextInt(4);
            int[] shape = {batch(r), size(r, 9), size(r, 40), size(r, 40)};
            Operand[] operands = new Operand[1 + r.nextInt(4)];
            for (int i = 0; i < operands.length; i++) {
                shape[axis] = size(r, 9);
                operands[i] = Operand.random(r, shape);
            }
            return OneKernel.of(Concat.concat(axis), operands);
        });
        all.put(Slice.class, r -> {
            Operand x = map(r);
            int[] bounds = new int[4];
            for (int i = 0; i < 2; i++) {
                int size = x.shape().dim(1 + i);
                bounds[2 * i] = r.nextInt(size);
                bounds[2 * i + 1] = bounds[2 * i] + 1 + r.nextInt(size - bounds[2 * i]);
            }
            return OneKernel.of(Slice.slice(1, bounds), x);
        });
        all.put(Crop.class, r -> {
            Operand x = map(r);
            int[] like = x.shape().toArray();
            like[2] = 1 + r.nextInt(like[2]);
            like[3] = 1 + r.nextInt(like[3]);
            return OneKernel.of(Crop.crop(), x, Operand.random(r, like));
        });
        all.put(ChannelShuffle.class, r -> {
            int groups = 1 + r.nextInt(4);
            Operand x = Operand.random(r, batch(r), groups * size(r, 5), size(r, 9), size(r, 40));
            return OneKernel.of(ChannelShuffle.channelShuffle(groups), x);
        });
        all.put(Upsample.class, r -> OneKernel.of(upsample(r), map(r)));
        all.put(UpsampleGrad.class, r -> {
            Upsample of = upsample(r);
            Sizes large = of.output(List.of(map(r).shape()));
            return OneKernel.of(UpsampleGrad.upsampleGrad(of), Operand.random(r, large.toArray()));
        });
        all.put(
                RandomNormal.class,
                r -> OneKernel.of(
                        RandomNormal.randomNormal(r.nextGaussian(), r.nextDouble(), "noise1", batch(r), size(r, 99))));
        all.put(Pad.class, r -> {
            int[] amounts = r.ints(r.nextBoolean() ? 2 : 4, 0, 5).toArray();
            return OneKernel.of(Pad.pad(r.nextGaussian(), 2, amounts), map(r));
        });
        return all;
    }

    private static Upsample upsample(SplittableRandom r) {
        Upsample nearest = Upsample.upsample(1 + r.nextInt(4), 1 + r.nextInt(4));
        return r.nextBoolean() ? nearest : nearest.bilinear();
    }

    private static Reduce reduce(SplittableRandom r, Reduce.Kind... kinds) {
        List<List<Integer>> axes =
                List.of(List.of(1), List.of(0, 2, 3), List.of(2, 3), List.of(3), List.of(0, 1, 2, 3));
        return new Reduce(kinds[r.nextInt(kinds.length)], axes.get(r.nextInt(axes.size())));
    }

    /** A feature map, sometimes one with several blocks of elements. */
    static Operand map(SplittableRandom r) {
        return r.nextInt(5) == 0
                ? Operand.random(r, batch(r), size(r, 5), 60 + r.nextInt(60), 60 + r.nextInt(60))
                : Operand.random(r, batch(r), size(r, 20), size(r, 9), size(r, 9));
    }

    static int batch(SplittableRandom r) {
        return r.nextBoolean() ? 1 : size(r, 6);
    }

    static int size(SplittableRandom r, int most) {
        return 1 + r.nextInt(most);
    }
}
