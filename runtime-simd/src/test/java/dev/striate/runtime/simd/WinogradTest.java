package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Filtered.check;
import static dev.striate.runtime.simd.Filtered.memory;
import static dev.striate.runtime.simd.Filtered.nothing;
import static dev.striate.runtime.simd.Simd.LANES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.simd.Filtered.Followed;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Convolutions by Winograd's filtering, against plain loops in float64. */
class WinogradTest {
    private static final int CASES = 150;

    private static final List<Cpu> MACHINES = List.of(Cpu.of(1), Cpu.of(2), Cpu.of(5));

    /** A convolution with its operands; the weight is that of the forward convolution in any case. */
    private record Case(WinogradShape shape, boolean rotated, Tensor x, Tensor weight) {
        static Case random(SplittableRandom r) {
            int channels = 1 + r.nextInt(3 * LANES);
            int filters = 1 + r.nextInt(3 * LANES);
            int h = 3 + r.nextInt(r.nextBoolean() ? 6 : 20);
            int w = 3 + r.nextInt(r.nextBoolean() ? 6 : 20);
            int top = r.nextInt(4);
            int left = r.nextInt(4);
            int outH = h + top + r.nextInt(3) - 2;
            int outW = w + left + r.nextInt(3) - 2;
            int m = r.nextBoolean() ? 2 : 4;
            WinogradShape forward =
                    new WinogradShape(1 + r.nextInt(3), channels, filters, h, w, top, left, outH, outW, m);
            boolean rotated = r.nextBoolean();
            WinogradShape shape = rotated ? forward.ofInputGradient() : forward;
            Tensor x = Maps.random(r, LANES, shape.images(), shape.in(), shape.h(), shape.w());
            return new Case(shape, rotated, x, Maps.random(r, 1, filters, channels, 3, 3));
        }

        Sizes result() {
            return Sizes.of(shape.images(), shape.out(), shape.outH(), shape.outW());
        }

        /** The tap that multiplies a channel of the input in a channel of the result. */
        private double tap(int out, int in, int row, int column) {
            int index = rotated
                    ? ((in * shape.out() + out) * 3 + 2 - row) * 3 + 2 - column
                    : ((out * shape.in() + in) * 3 + row) * 3 + column;
            return weight.get(index);
        }

        private double at(int image, int in, int y, int x) {
            boolean inside = y >= 0 && y < shape.h() && x >= 0 && x < shape.w();
            return inside ? Maps.get(this.x, ((image * shape.in() + in) * shape.h() + y) * shape.w() + x) : 0;
        }

        /** Element {@code index} of the result, in row-major order. */
        double expected(int index) {
            int x = index % shape.outW() - shape.left();
            int y = index / shape.outW() % shape.outH() - shape.top();
            int out = index / shape.outW() / shape.outH() % shape.out();
            int image = index / shape.outW() / shape.outH() / shape.out();
            double sum = 0;
            for (int in = 0; in < shape.in(); in++) {
                for (int row = 0; row < 3; row++) {
                    for (int column = 0; column < 3; column++) {
                        sum += tap(out, in, row, column) * at(image, in, y + row, x + column);
                    }
                }
            }
            return sum;
        }

        /** Element {@code index} of the gradient of a plain weight {@code [out, in, 3, 3]}, in row-major order. */
        double weightGradient(Tensor gradient, int index) {
            int column = index % 3 - shape.left();
            int row = index / 3 % 3 - shape.top();
            int in = index / 9 % shape.in();
            int out = index / 9 / shape.in();
            double sum = 0;
            for (int image = 0; image < shape.images(); image++) {
                for (int y = 0; y < shape.outH(); y++) {
                    for (int x = 0; x < shape.outW(); x++) {
                        int place = ((image * shape.out() + out) * shape.outH() + y) * shape.outW() + x;
                        sum += Maps.get(gradient, place) * at(image, in, y + row, x + column);
                    }
                }
            }
            return sum;
        }

        /** Computes the result with an epilogue that writes to it. */
        void run(Cpu cpu, WinogradPlan plan, Epilogue epilogue, Tensor y) {
            WinogradWeights weights = new WinogradWeights(shape, rotated);
            MemorySegment u = memory(weights.bytes());
            MemorySegment[] work = new MemorySegment[cpu.pool().threads()];
            for (int i = 0; i < work.length; i++) {
                work[i] = memory(Math.max(plan.bytes(), weights.scratch()));
            }
            weights.packer(cpu.pool(), work).accept(weight.data(), u);
            new WinogradConvolution(cpu.pool(), plan, x.data(), () -> u, y.data(), epilogue, work).run();
        }
    }

    @Test
    void isTheConvolutionWhateverThePlan() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            Tensor y = Maps.empty(LANES, c.result().toArray());
            double[] expected = new double[y.elements()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = c.expected(i);
            }
            WinogradPlan plan = new WinogradPlan(c.shape(), 1 + r.nextInt(40), 2 + 2 * r.nextInt(3));
            c.run(MACHINES.getFirst(), plan, nothing(y), y);
            check("seed " + seed + ": " + plan, y, expected);
            for (Cpu cpu : MACHINES) {
                Tensor other = Maps.empty(LANES, c.result().toArray());
                c.run(cpu, WinogradPlan.of(c.shape(), cpu.pool().threads()), nothing(other), other);
                assertThat(other.data().mismatch(y.data())).as("seed %d", seed).isEqualTo(-1);
            }
        }
    }

    @Test
    void whatFollowsIsApplied() {
        for (int seed = 0; seed < CASES / 3; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            int[] shape = c.result().toArray();
            Tensor y = Maps.empty(LANES, shape);
            Followed followed = Followed.random(r, shape);
            double[] expected = new double[y.elements()];
            Arrays.setAll(expected, i -> followed.of(c.expected(i), i));
            Cpu cpu = MACHINES.get(seed % MACHINES.size());
            c.run(cpu, WinogradPlan.of(c.shape(), cpu.pool().threads()), followed.epilogue(y), y);
            check("seed " + seed + ": " + c.shape(), y, expected);
        }
    }

    @Test
    void isTheGradientOfTheWeight() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            WinogradShape shape = c.shape();
            Tensor gradient = Maps.random(r, LANES, c.result().toArray());
            int[] weight = {shape.out(), shape.in(), 3, 3};
            double[] expected = new double[Sizes.of(weight).elements()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = c.weightGradient(gradient, i);
            }
            int tiles = 1 + r.nextInt(60);
            WinogradGradientPlan plan =
                    new WinogradGradientPlan(shape, tiles, 2 + 2 * r.nextInt(3), 1 + r.nextInt(tiles));
            check("seed " + seed + ": " + plan, weightGradient(MACHINES.getFirst(), plan, c, gradient), expected);
            plan = WinogradGradientPlan.of(shape);
            Tensor one = weightGradient(MACHINES.getFirst(), plan, c, gradient);
            check("seed " + seed + ": " + plan, one, expected);
            Tensor more = weightGradient(MACHINES.get(1 + seed % 2), plan, c, gradient);
            assertThat(more.data().mismatch(one.data())).as("seed %d", seed).isEqualTo(-1);
        }
    }

    private static Tensor weightGradient(Cpu cpu, WinogradGradientPlan plan, Case c, Tensor gradient) {
        Tensor result = Maps.empty(1, c.shape().out(), c.shape().in(), 3, 3);
        MemorySegment[] sums = new MemorySegment[plan.parts()];
        Arrays.setAll(sums, i -> memory(plan.sumBytes()));
        MemorySegment[] work = new MemorySegment[cpu.pool().threads()];
        Arrays.setAll(work, i -> memory(plan.bytes()));
        new WinogradWeightGradient(cpu.pool(), plan, c.x().data(), gradient.data(), result.data(), sums, work).run();
        return result;
    }
}
