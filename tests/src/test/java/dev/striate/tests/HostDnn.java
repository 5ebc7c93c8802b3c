package dev.striate.tests;

import dev.striate.core.Sizes;
import dev.striate.runtime.cuda.driver.Dnn;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** What cuDNN documents of its convolutions, in plain loops on this machine. */
final class HostDnn implements Dnn {
    /** What is called for every product of an element of x and one of the weight that adds to one of y. */
    interface Tap {
        void at(int x, int weight, int y);
    }

    /** What the library refuses. */
    enum Refusal {
        NOTHING,
        /** Convolutions with what is behind them. */
        FUSED,
        /** All convolutions, and graphs of them. */
        ALL,
        /** As all, and does not even name algorithms. */
        NAMES
    }

    private static final int WORKSPACE = 16;

    private final HostDriver driver;
    /** Numbers, and how what they are the sizes of lies. */
    private record Descriptor(Lay lay, List<Integer> numbers) {}

    private final Map<Long, Descriptor> descriptors = new HashMap<>();
    final HostGraphs graphs;
    private Refusal refusal = Refusal.NOTHING;
    private long handles;

    HostDnn(HostDriver driver) {
        this.driver = driver;
        this.graphs = new HostGraphs(driver);
    }

    @Override
    public HostGraphs graphs() {
        return graphs;
    }

    /** Refuses something from now on. */
    void refuse(Refusal what) {
        refusal = what;
    }

    private void refuseFrom(Refusal least) {
        if (refusal.compareTo(least) >= 0) {
            throw new RefusedException("CUDNN_STATUS_NOT_SUPPORTED");
        }
    }

    /** How many descriptors have not been freed. */
    int open() {
        return descriptors.size() + graphs.open();
    }

    private long describe(Lay lay, int... numbers) {
        descriptors.put(
                ++handles, new Descriptor(lay, Arrays.stream(numbers).boxed().toList()));
        return handles;
    }

    private int[] get(long descriptor) {
        return Objects.requireNonNull(descriptors.get(descriptor)).numbers.stream()
                .mapToInt(n -> n)
                .toArray();
    }

    private HostValue memory(long descriptor, long address) {
        if (address % 16 != 0) {
            throw new RefusedException("CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER");
        }
        Lay lay = Objects.requireNonNull(descriptors.get(descriptor)).lay;
        Sizes shape = Sizes.of(get(descriptor));
        MemorySegment data = HostDriver.at(address, (long) lay.element().bytes() * shape.elements());
        return new HostValue(data, lay.element(), shape, lay.channelsLast());
    }

    @Override
    public long tensor(Lay lay, int n, int c, int h, int w) {
        return describe(lay, n, c, h, w);
    }

    @Override
    public long filter(Lay lay, int k, int c, int h, int w) {
        return describe(lay, k, c, h, w);
    }

    @Override
    public long convolution(
            Lay lay, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, int groups) {
        return describe(lay, padH, padW, strideH, strideW, dilationH, dilationW, groups);
    }

    @Override
    public void free(long descriptor) {
        Objects.requireNonNull(descriptors.remove(descriptor));
    }

    @Override
    public String version() {
        return "plain loops";
    }

    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public List<Algorithm> algorithms(Kind kind, Shapes s) {
        refuseFrom(Refusal.NAMES);
        int[] x = get(s.x());
        int[] w = get(s.weight());
        int[] c = get(s.convolution());
        int[] y = get(s.y());
        boolean fits = x[0] == y[0] && w[0] == y[1] && x[1] == w[1] * c[6];
        for (int axis = 0; axis < 2; axis++) {
            int reach = (w[2 + axis] - 1) * c[4 + axis] + 1;
            fits &= y[2 + axis] == 1 + (x[2 + axis] + 2 * c[axis] - reach) / c[2 + axis];
        }
        Set<Lay> lays = new HashSet<>();
        List.of(s.x(), s.weight(), s.convolution(), s.y())
                .forEach(d -> lays.add(Objects.requireNonNull(descriptors.get(d)).lay));
        if (!fits || lays.size() != 1) {
            throw new RefusedException("CUDNN_STATUS_BAD_PARAM");
        }
        return List.of(new Algorithm(1, 0, WORKSPACE, true));
    }

    @Override
    public void convolve(Kind kind, Shapes s, Algorithm algorithm, Addresses at, long stream) {
        refuseFrom(Refusal.ALL);
        HostValue x = memory(s.x(), at.x());
        HostValue weight = memory(s.weight(), at.weight());
        HostValue y = memory(s.y(), at.y());
        Consumer<Tap> taps = taps(s);
        driver.enqueue(stream, () -> {
            HostDriver.at(at.scratch(), WORKSPACE).fill((byte) 0xff); // nothing else may lie there
            switch (kind) {
                case FORWARD -> sum(taps, y, (i, j, k) -> new int[] {k}, x, weight, (i, j, k) -> new int[] {i, j});
                case GRADIENT_OF_INPUT ->
                    sum(taps, x, (i, j, k) -> new int[] {i}, y, weight, (i, j, k) -> new int[] {k, j});
                case GRADIENT_OF_WEIGHT ->
                    sum(taps, weight, (i, j, k) -> new int[] {j}, x, y, (i, j, k) -> new int[] {i, k});
            }
        });
    }

    /** Which elements take part in a tap. */
    private interface Indices {
        int[] of(int x, int weight, int y);
    }

    private static void sum(Consumer<Tap> taps, HostValue to, Indices of, HostValue a, HostValue b, Indices factors) {
        double[] sums = new double[to.elements()];
        taps.accept((i, j, k) -> {
            int[] from = factors.of(i, j, k);
            sums[of.of(i, j, k)[0]] += (double) a.get(from[0]) * b.get(from[1]);
        });
        for (int i = 0; i < sums.length; i++) {
            to.set(i, (float) sums[i]);
        }
    }

    /** Every product of a convolution, also when its descriptors have been freed. */
    private Consumer<Tap> taps(Shapes s) {
        int[] x = get(s.x());
        int[] weight = get(s.weight());
        int[] window = get(s.convolution());
        int[] y = get(s.y());
        return tap -> forEachTap(x, weight, window, y, tap);
    }

    /**
     * Every product of a convolution.
     *
     * @param x the shape
     * @param w the shape of the weight
     * @param c padding, strides, dilations and groups
     * @param y the shape of the result
     */
    static void forEachTap(int[] x, int[] w, int[] c, int[] y, Tap tap) {
        int filtersPerGroup = w[0] / c[6];
        for (int out = 0; out < y[0] * y[1] * y[2] * y[3]; out++) {
            int ox = out % y[3];
            int oy = out / y[3] % y[2];
            int f = out / (y[3] * y[2]) % y[1];
            int n = out / (y[3] * y[2] * y[1]);
            for (int k = 0; k < w[1] * w[2] * w[3]; k++) {
                int iy = oy * c[2] - c[0] + k / w[3] % w[2] * c[4];
                int ix = ox * c[3] - c[1] + k % w[3] * c[5];
                int channel = f / filtersPerGroup * w[1] + k / (w[3] * w[2]);
                if (iy >= 0 && iy < x[2] && ix >= 0 && ix < x[3]) {
                    tap.at(((n * x[1] + channel) * x[2] + iy) * x[3] + ix, f * w[1] * w[2] * w[3] + k, out);
                }
            }
        }
    }

    @Override
    public boolean addsBias(Algorithm algorithm) {
        return true;
    }

    @Override
    public void convolveWithBias(
            Shapes s, Algorithm algorithm, Addresses at, Bias bias, long addend, boolean relu, long stream) {
        refuseFrom(Refusal.FUSED);
        HostValue x = memory(s.x(), at.x());
        HostValue weight = memory(s.weight(), at.weight());
        HostValue y = memory(s.y(), at.y());
        HostValue more = memory(s.y(), addend == 0 ? at.y() : addend);
        Channels biases = channels(bias, s.y());
        Consumer<Tap> taps = taps(s);
        driver.enqueue(stream, () -> {
            HostDriver.at(at.scratch(), WORKSPACE).fill((byte) 0xff); // nothing else may lie there
            double[] sums = new double[y.elements()];
            taps.accept((i, j, k) -> sums[k] += (double) x.get(i) * weight.get(j));
            for (int i = 0; i < sums.length; i++) {
                double v = sums[i] + (addend == 0 ? 0 : more.get(i)) + biases.at(i);
                y.set(i, relu && v < 0 ? 0 : (float) v);
            }
        });
    }

    /** The number of the channel that an element is of. */
    private interface Channels {
        float at(int element);
    }

    private Channels channels(Bias bias, long yShape) {
        HostValue numbers = memory(bias.shape(), bias.at());
        int[] shape = get(yShape);
        boolean fits = get(bias.shape())[1] == shape[1]
                && Objects.requireNonNull(descriptors.get(bias.shape()))
                        .lay
                        .equals(Objects.requireNonNull(descriptors.get(yShape)).lay);
        if (!fits) {
            throw new RefusedException("CUDNN_STATUS_BAD_PARAM");
        }
        return i -> numbers.get(i / (shape[2] * shape[3]) % shape[1]);
    }

    @Override
    public void addBias(Bias bias, long yShape, long y, long stream) {
        HostValue to = memory(yShape, y);
        Channels biases = channels(bias, yShape);
        driver.enqueue(stream, () -> {
            for (int i = 0; i < to.elements(); i++) {
                to.set(i, to.get(i) + biases.at(i));
            }
        });
    }
}
