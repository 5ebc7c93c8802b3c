package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Grid;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.backend.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Convolutions and their gradients are what loops in float64 give, for any window, with the same bits on two threads. */
class DirectConvolutionTest {
    private static final CpuBackend ONE = CpuBackend.create(1);
    private static final CpuBackend TWO = CpuBackend.create(2);
    private static final int CASES = 30;
    /** Relative to the largest element. */
    private static final double MOST_ERROR = 2e-6;

    /** A random convolution and the shape of its input. */
    private record Case(Conv conv, Sizes x, long seed) {
        static Case of(long seed) {
            SplittableRandom r = new SplittableRandom(seed);
            int groups = r.nextInt(4) == 0 ? 2 : 1;
            boolean whole = groups > 1 && r.nextBoolean();
            int channels = groups * (whole ? Simd.LANES * r.nextInt(1, 4) : r.nextInt(1, 40));
            int filters = groups * (whole ? Simd.LANES * r.nextInt(1, 4) : r.nextInt(1, 70));
            Conv conv = Conv.conv(filters, r.nextInt(1, 6), r.nextInt(1, 6))
                    .stride(r.nextInt(1, 5), r.nextInt(1, 5))
                    .dilation(r.nextInt(1, 3), r.nextInt(1, 3))
                    .groups(groups)
                    .round(Rounding.FLOOR);
            conv = r.nextInt(4) == 0
                    ? conv.pad(Padding.SAME)
                    : conv.pad(new Padding.Explicit(r.nextInt(3), r.nextInt(3), r.nextInt(3), r.nextInt(3)));
            conv = r.nextBoolean() ? conv : conv.withoutBias();
            return new Case(conv, Sizes.of(r.nextInt(1, 4), channels, r.nextInt(9, 24), r.nextInt(9, 40)), seed);
        }

        /** One with so few filters that all lies in row-major order. */
        static Case ofFewFilters(long seed) {
            SplittableRandom r = new SplittableRandom(seed);
            Conv conv = Conv.conv(r.nextInt(1, Simd.LANES / 2 + 1), r.nextInt(1, 6), r.nextInt(1, 6))
                    .stride(r.nextInt(1, 3), 1)
                    .dilation(r.nextInt(1, 3), r.nextInt(1, 3))
                    .pad(new Padding.Explicit(r.nextInt(3), r.nextInt(3), r.nextInt(3), r.nextInt(3)))
                    .round(Rounding.FLOOR);
            conv = r.nextBoolean() ? conv : conv.withoutBias();
            int width = r.nextBoolean() ? r.nextInt(24, 60) : r.nextInt(60, 400);
            return new Case(conv, Sizes.of(r.nextInt(1, 4), r.nextInt(1, 40), r.nextInt(9, 60), width), seed);
        }

        Sizes y() {
            return conv.output(List.of(x));
        }

        Sizes weight() {
            return conv.weightShape(x.dim(1));
        }

        /** Calls what adds a product, for each element of each window: with indices into the output, input and weight. */
        void forEach(Product product) {
            Grid g = Grid.of(conv.window(), x.dim(2), x.dim(3));
            int in = weight().dim(1);
            int out = conv.filters() / conv.groups();
            for (int y = 0; y < y().elements(); y++) {
                int column = y % g.outW();
                int row = y / g.outW() % g.outH();
                int filter = y / g.outArea() % conv.filters();
                int image = y / g.outArea() / conv.filters();
                for (int w = 0; w < in * g.kernelArea(); w++) {
                    int i = g.row(row, w / g.kernelW() % g.kernelH());
                    int j = g.column(column, w % g.kernelW());
                    if (i >= 0 && i < g.h() && j >= 0 && j < g.w()) {
                        int channel = filter / out * in + w / g.kernelArea();
                        int at = ((image * x.dim(1) + channel) * g.h() + i) * g.w() + j;
                        product.add(y, at, filter * in * g.kernelArea() + w);
                    }
                }
            }
        }
    }

    /** What is done with one product of a sum. */
    private interface Product {
        void add(int y, int x, int weight);
    }

    private static void check(Case c, KernelRun run, double[] expected, double most) {
        float[] one = run.on(ONE);
        assertThat(run.on(TWO))
                .as("%s of %s, seed %d, threads", run.kernel(), c.x(), c.seed())
                .containsExactly(one);
        double worst = 0;
        double largest = 1e-30;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(one[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        assertThat(worst / largest)
                .as("%s of %s, seed %d", run.kernel(), c.x(), c.seed())
                .isLessThan(most);
    }

    private static double[] forward(Case c, KernelRun run) {
        float[] x = run.operand(0);
        float[] w = run.parameter(0);
        double[] y = new double[c.y().elements()];
        c.forEach((to, from, weight) -> y[to] += (double) x[from] * w[weight]);
        float[] bias = c.conv().bias() ? run.parameter(1) : new float[c.conv().filters()];
        for (int i = 0; i < y.length; i++) {
            y[i] += bias[i / c.y().elementsFrom(2) % c.conv().filters()];
        }
        return y;
    }

    @Test
    void forward() {
        for (long seed = 0; seed < CASES; seed++) {
            Case c = Case.of(seed);
            KernelRun run = KernelRun.of(c.conv(), seed, c.x());
            check(c, run, forward(c, run), MOST_ERROR);
        }
    }

    /** Few channels in rows of several vectors, which are read in row-major order. */
    @Test
    void forwardOfImages() {
        for (long seed = 0; seed < 16; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Conv conv = Conv.conv(r.nextInt(1, 70), r.nextInt(1, 8), r.nextInt(1, 8))
                    .stride(r.nextInt(1, 3), r.nextInt(1, 4))
                    .pad(r.nextInt(4))
                    .round(Rounding.FLOOR);
            Case c = new Case(
                    conv, Sizes.of(r.nextInt(1, 3), r.nextInt(1, 5), r.nextInt(9, 20), r.nextInt(40, 90)), seed);
            KernelRun run = KernelRun.of(conv, seed, c.x());
            check(c, run, forward(c, run), MOST_ERROR);
        }
    }

    @Test
    void forwardOfFewFilters() {
        for (long seed = 0; seed < 16; seed++) {
            Case c = Case.ofFewFilters(seed);
            assertThat(new RowConvolution(Cpu.of(1)).accepts(c.conv(), List.of(c.x())))
                    .isTrue();
            KernelRun run = KernelRun.of(c.conv(), seed, c.x());
            check(c, run, forward(c, run), MOST_ERROR);
        }
    }

    @Test
    void forwardWithWhatFollows() {
        for (long seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = seed % 3 == 0 ? Case.ofFewFilters(seed) : Case.of(seed);
            Kernel kernel = c.conv();
            List<Sizes> operands = new ArrayList<>(List.of(c.x()));
            boolean affine = r.nextBoolean();
            if (affine) {
                kernel = kernel.then(Pointwise.affine());
                operands.add(Sizes.of(1, c.conv().filters()));
                operands.add(Sizes.of(1, c.conv().filters()));
            }
            boolean residual = r.nextBoolean();
            if (residual) {
                kernel = kernel.then(Pointwise.add());
                operands.add(c.y());
            }
            boolean relu = r.nextBoolean();
            kernel = kernel.then(relu ? Pointwise.relu() : Pointwise.tanh());
            KernelRun run = new KernelRun(kernel, operands, seed);
            // A hyperbolic tangent hides how large the sums are whose rounding it sees.
            double most = relu ? MOST_ERROR : 20 * MOST_ERROR;
            check(c, run, followed(run, forward(c, run), c, affine, residual, relu), most);
        }
    }

    private static double[] followed(
            KernelRun run, double[] y, Case c, boolean affine, boolean residual, boolean relu) {
        float[] scale = affine ? run.operand(1) : new float[0];
        float[] shift = affine ? run.operand(2) : new float[0];
        float[] added = residual ? run.operand(run.shapes().size() - 1) : new float[0];
        for (int i = 0; i < y.length; i++) {
            int filter = i / c.y().elementsFrom(2) % c.conv().filters();
            double v = affine ? y[i] * scale[filter] + shift[filter] : y[i];
            double sum = v + (residual ? added[i] : 0);
            y[i] = relu ? Math.max(0, sum) : Math.tanh(sum);
        }
        return y;
    }

    @Test
    void inputGradient() {
        for (long seed = 0; seed < CASES; seed++) {
            Case c = Case.of(seed);
            KernelRun run = KernelRun.of(new ConvGradInput(c.conv(), c.x()), seed, c.y(), c.weight());
            float[] y = run.operand(0);
            float[] w = run.operand(1);
            double[] x = new double[c.x().elements()];
            c.forEach((from, to, weight) -> x[to] += (double) y[from] * w[weight]);
            check(c, run, x, MOST_ERROR);
        }
    }

    @Test
    void weightGradient() {
        for (long seed = 0; seed < CASES; seed++) {
            Case c = Case.of(seed);
            KernelRun run = KernelRun.of(new ConvGradWeight(c.conv()), seed, c.y(), c.x());
            float[] y = run.operand(0);
            float[] x = run.operand(1);
            double[] w = new double[c.weight().elements()];
            c.forEach((from, to, weight) -> w[weight] += (double) y[from] * x[to]);
            check(c, run, w, MOST_ERROR);
        }
    }
}
