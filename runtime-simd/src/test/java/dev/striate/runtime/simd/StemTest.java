package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Filtered.NAN;
import static dev.striate.runtime.simd.Filtered.check;
import static dev.striate.runtime.simd.Filtered.memory;
import static dev.striate.runtime.simd.Filtered.nothing;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.StemShape.CHANNELS;
import static dev.striate.runtime.simd.StemShape.WINDOW;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.simd.Filtered.Followed;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Convolutions of stems by Winograd's filtering, against plain loops in float64. */
class StemTest {
    private static final int CASES = 100;

    private static final int GUARD = 256;
    private static final List<Cpu> MACHINES = List.of(Cpu.of(1), Cpu.of(2), Cpu.of(5));

    /** A convolution with its operands. */
    private record Case(StemShape shape, Tensor x, Tensor weight) {
        static Case random(SplittableRandom r) {
            int h = WINDOW + r.nextInt(30);
            int w = LANES + r.nextInt(r.nextBoolean() ? 10 : 60);
            int top = r.nextInt(7);
            int left = r.nextInt(r.nextInt(8) == 0 ? 30 : 7);
            int outH = Math.max(1, (h + top + r.nextInt(7) - WINDOW) / 2 + 1);
            int outW = Math.max(1, (w + left + r.nextInt(r.nextInt(8) == 0 ? 30 : 7) - WINDOW) / 2 + 1);
            int filters = 2 * LANES * (1 + r.nextInt(2));
            StemShape shape = new StemShape(1 + r.nextInt(2), filters, h, w, top, left, outH, outW);
            Tensor x = Maps.random(r, 1, shape.images(), CHANNELS, h, w);
            return new Case(shape, x, Maps.random(r, 1, filters, CHANNELS, WINDOW, WINDOW));
        }

        int[] result() {
            return new int[] {shape.images(), shape.out(), shape.outH(), shape.outW()};
        }

        private double at(int image, int channel, int row, int column) {
            boolean inside = row >= 0 && row < shape.h() && column >= 0 && column < shape.w();
            return inside ? Maps.get(x, ((image * CHANNELS + channel) * shape.h() + row) * shape.w() + column) : 0;
        }

        /** Element {@code index} of the result, in row-major order. */
        double expected(int index) {
            int column = 2 * (index % shape.outW()) - shape.left();
            int row = 2 * (index / shape.outW() % shape.outH()) - shape.top();
            int out = index / shape.outW() / shape.outH() % shape.out();
            int image = index / shape.outW() / shape.outH() / shape.out();
            double sum = 0;
            for (int tap = 0; tap < CHANNELS * WINDOW * WINDOW; tap++) {
                int channel = tap / WINDOW / WINDOW;
                double factor = Maps.get(weight, out * CHANNELS * WINDOW * WINDOW + tap);
                sum += factor * at(image, channel, row + tap / WINDOW % WINDOW, column + tap % WINDOW);
            }
            return sum;
        }

        double[] expected() {
            double[] expected = new double[Sizes.of(result()).elements()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = expected(i);
            }
            return expected;
        }

        /** The largest elements of windows of what is in row-major order like the result. */
        double[] pooled(Pool pool, double[] of) {
            Grid g = Grid.of(pool.window(), shape.outH(), shape.outW());
            double[] largest = new double[shape.images() * shape.out() * g.outArea()];
            Arrays.fill(largest, Double.NEGATIVE_INFINITY);
            for (int i = 0; i < largest.length * g.kernelArea(); i++) {
                int to = i / g.kernelArea();
                int row = g.row(to / g.outW() % g.outH(), i % g.kernelArea() / g.kernelW());
                int column = g.column(to % g.outW(), i % g.kernelW());
                if (row >= 0 && row < g.h() && column >= 0 && column < g.w()) {
                    int from = (to / g.outArea() * g.h() + row) * g.w() + column;
                    largest[to] = Math.max(largest[to], of[from]);
                }
            }
            return largest;
        }

        /** Computes the result with an epilogue that writes to it. */
        void run(Cpu cpu, int tiles, Epilogue epilogue, Tensor y) {
            run(cpu, tiles, epilogue, null, y, 0);
        }

        /** Computes the result, pooled, with what follows the convolution alone. */
        void run(Cpu cpu, Pool pool, Epilogue epilogue, Tensor y) {
            MemorySegment lower = memory(StemPooling.bytes(shape, pool) + GUARD);
            StemPooling pooling = new StemPooling(shape, pool, y.data(), lower);
            for (int i = 0; i < 2; i++) { // what a run leaves behind must not change the next
                run(cpu, shape.tilesInRow(), epilogue, pooling, y, StemConvolution.bandBytes(shape));
            }
            checkGuard(lower);
        }

        private void run(
                Cpu cpu, int tiles, Epilogue epilogue, @Nullable StemPooling pooling, Tensor y, long bandBytes) {
            StemWeights weights = new StemWeights(shape);
            MemorySegment u = memory(weights.bytes());
            for (int block = 0; block < 2 * shape.pairs(); block++) {
                weights.pack(weight.data(), u, block, memory(StemWeights.scratch()));
            }
            MemorySegment[] work = new MemorySegment[cpu.pool().threads()];
            long bytes = StemConvolution.bytes(shape, tiles) + bandBytes;
            for (int i = 0; i < work.length; i++) {
                work[i] = memory(bytes + GUARD);
            }
            new StemConvolution(cpu.pool(), shape, tiles, x.data(), () -> u, y.data(), epilogue, pooling, work).run();
            Arrays.stream(work).forEach(Case::checkGuard);
        }

        private static void checkGuard(MemorySegment memory) {
            for (long at = memory.byteSize() - GUARD; at < memory.byteSize(); at++) {
                assertThat(memory.get(JAVA_BYTE, at)).as("behind the memory").isEqualTo(NAN);
            }
        }
    }

    @BeforeEach
    void fits() {
        assumeThat(StemShape.FIT).as("vectors of 16 lanes").isTrue();
    }

    @Test
    void isTheConvolutionWhateverTheTasks() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            Tensor y = Maps.empty(LANES, c.result());
            int tiles = 1 + r.nextInt(c.shape().tilesInRow());
            c.run(MACHINES.getFirst(), tiles, nothing(y), y);
            check("seed " + seed + ": " + c.shape() + ", " + tiles + " tiles", y, c.expected());
            for (Cpu cpu : MACHINES) {
                Tensor other = Maps.empty(LANES, c.result());
                c.run(cpu, StemConvolution.tiles(c.shape()), nothing(other), other);
                assertThat(other.data().mismatch(y.data())).as("seed %d", seed).isEqualTo(-1);
            }
        }
    }

    @Test
    void whatFollowsIsApplied() {
        for (int seed = 0; seed < CASES / 2; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            int[] shape = c.result();
            Tensor y = Maps.empty(LANES, shape);
            Followed followed = Followed.random(r, shape);
            double[] expected = c.expected();
            Arrays.setAll(expected, i -> followed.of(expected[i], i));
            Cpu cpu = MACHINES.get(seed % MACHINES.size());
            c.run(cpu, StemConvolution.tiles(c.shape()), followed.epilogue(y), y);
            check("seed " + seed + ": " + c.shape(), y, expected);
        }
    }

    @Test
    void poolingFollows() {
        int checked = 0;
        for (int seed = 0; checked < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Case c = Case.random(r);
            Pool pool = Windows.pool(r);
            if (!Windows.isOn(pool, c.shape().outH(), c.shape().outW()) || !StemPooling.fits(c.shape(), pool)) {
                continue;
            }
            checked++;
            Sizes result = pool.output(List.of(Sizes.of(c.result())));
            Tensor y = Maps.empty(LANES, result.toArray());
            c.run(MACHINES.getFirst(), pool, nothing(y), y);
            check("seed " + seed + ": " + c.shape() + ", " + pool, y, c.pooled(pool, c.expected()));
            for (Cpu cpu : MACHINES) {
                Tensor other = Maps.empty(LANES, result.toArray());
                c.run(cpu, pool, nothing(other), other);
                assertThat(other.data().mismatch(y.data())).as("seed %d", seed).isEqualTo(-1);
            }
        }
    }
}
