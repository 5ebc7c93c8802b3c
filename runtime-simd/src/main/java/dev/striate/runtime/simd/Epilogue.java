package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * What follows a kernel's sums in the same pass: {@code clip(x * scale + shift + residual)} in blocks of channels, or any
 * element-wise function of {@code x + bias}. A kernel calls {@link #prepare} at the beginning of each run, and then
 * {@link #apply} on each part of the result while that is in the nearest cache.
 */
final class Epilogue {
    private final Tensor result;
    private final EpilogueForm form;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor scale;
    private final @Nullable Tensor shift;
    private final MemorySegment constants;
    private final MemorySegment residual;
    private final @Nullable BlockFunction rest;
    /** Whether there is nothing but the rest. */
    private final boolean onlyRest;

    /**
     * The epilogue of a kernel.
     *
     * @param form what it is
     * @param operands the operands of the function from the second on
     * @param bias {@code [C]}, added before anything else; null for none
     * @param result the result of the kernel, in blocks
     * @param constants memory of {@link #bytes}, for this alone
     * @param rest the function, if the form is not all of it
     */
    Epilogue(
            EpilogueForm form,
            List<Tensor> operands,
            @Nullable Tensor bias,
            Tensor result,
            MemorySegment constants,
            @Nullable BlockFunction rest) {
        this.form = form;
        this.result = result;
        this.bias = bias;
        this.scale = form.affine() ? operands.get(0) : null;
        this.shift = form.affine() ? operands.get(1) : null;
        this.residual = form.residual() > 0 ? operands.get(form.residual() - 1).data() : MemorySegment.NULL;
        this.constants = constants;
        this.rest = rest;
        onlyRest = !form.affine() && bias == null && form.residual() == 0 && !form.limitsBelow() && !form.limitsAbove();
    }

    /** The memory for the constants of so many channels, in bytes. */
    static long bytes(int channels) {
        return 2L * BYTES * Math.ceilDiv(channels, LANES);
    }

    /** Computes the constants of all channels from the present parameters; those of padding lanes are 0. */
    void prepare() {
        if (onlyRest) {
            return;
        }
        int channels = result.shape().dim(1);
        int done = 0;
        if (scale != null && shift != null && bias == null) {
            done = channels / LANES * LANES;
            interleave(scale.data(), shift.data(), done, constants);
        }
        for (int c = done; c < result.blocks() * LANES; c++) {
            float factor = 0;
            float summand = 0;
            if (c < channels) {
                factor = scale == null ? 1 : scale.get(c);
                summand = (bias == null ? 0 : bias.get(c) * factor) + (shift == null ? 0 : shift.get(c));
            }
            long at = 2L * BYTES * (c / LANES) + (long) Float.BYTES * (c % LANES);
            constants.set(JAVA_FLOAT, at, factor);
            constants.set(JAVA_FLOAT, at + BYTES, summand);
        }
    }

    /** Whole vectors of channels. */
    private static void interleave(MemorySegment scale, MemorySegment shift, int channels, MemorySegment to) {
        for (int c = 0; c < channels; c += LANES) {
            long from = (long) Float.BYTES * c;
            FloatVector.fromMemorySegment(S, scale, from, ORDER).intoMemorySegment(to, 2 * from, ORDER);
            FloatVector.fromMemorySegment(S, shift, from, ORDER).intoMemorySegment(to, 2 * from + BYTES, ORDER);
        }
    }

    /**
     * Finishes pixels of the result in which the kernel has left its sums.
     *
     * @param image the sample
     * @param block the block of channels
     * @param first the first pixel
     * @param pixels how many
     * @param slot the worker
     */
    void apply(int image, int block, int first, int pixels, int slot) {
        long at = offset(image, block, first);
        if (!onlyRest) {
            long to = result.data().address() + at;
            long constant = constants.address() + 2L * BYTES * block;
            if (residual.byteSize() > 0) {
                affine(to, pixels, constant, residual.address() + at, form);
            } else {
                affine(to, pixels, constant, form);
            }
        }
        applyRest(image, block, first, pixels, slot);
    }

    /** What {@link #apply} does after {@code clip(x * scale + shift + residual)}. */
    void applyRest(int image, int block, int first, int pixels, int slot) {
        if (rest != null) {
            rest.apply(image, block, first, pixels, slot);
        }
    }

    /**
     * The last transform of products, {@link WinogradFinish#rows}, and all of this but the rest, which {@link #applyRest}
     * does.
     */
    void finish(int m, long from, long step, long row, long to, long toRow, int columns, int rows, int block) {
        long constant = onlyRest ? 0 : constants.address() + 2L * BYTES * block;
        long distance =
                residual.byteSize() > 0 ? residual.address() - result.data().address() : 0;
        WinogradFinish.rows(m, from, step, row, to, toRow, columns, rows, constant, distance, form);
    }

    /** Where a pixel of the result lies, in bytes. */
    private long offset(int image, int block, int pixel) {
        return BYTES
                * (((long) image * result.blocks() + block) * result.shape().elementsFrom(2) + pixel);
    }

    private static void affine(long y, int pixels, long constants, EpilogueForm form) {
        FloatVector scale = FloatVector.fromMemorySegment(S, MEMORY, constants & ADDRESS, ORDER);
        FloatVector shift = FloatVector.fromMemorySegment(S, MEMORY, (constants + BYTES) & ADDRESS, ORDER);
        float low = form.low();
        float high = form.high();
        boolean below = form.limitsBelow();
        boolean above = form.limitsAbove();
        for (int i = 0; i < pixels; i++) {
            long p = y + (long) i * BYTES;
            FloatVector v =
                    FloatVector.fromMemorySegment(S, MEMORY, p & ADDRESS, ORDER).fma(scale, shift);
            // Comparisons, since a float32 maximum is several instructions on x86; NaN, neither below nor above, stays.
            if (below) {
                v = v.blend(low, v.compare(VectorOperators.LT, low));
            }
            if (above) {
                v = v.blend(high, v.compare(VectorOperators.GT, high));
            }
            v.intoMemorySegment(MEMORY, p & ADDRESS, ORDER);
        }
    }

    private static void affine(long y, int pixels, long constants, long residual, EpilogueForm form) {
        FloatVector scale = FloatVector.fromMemorySegment(S, MEMORY, constants & ADDRESS, ORDER);
        FloatVector shift = FloatVector.fromMemorySegment(S, MEMORY, (constants + BYTES) & ADDRESS, ORDER);
        float low = form.low();
        float high = form.high();
        boolean below = form.limitsBelow();
        boolean above = form.limitsAbove();
        for (int i = 0; i < pixels; i++) {
            long p = y + (long) i * BYTES;
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, p & ADDRESS, ORDER)
                    .fma(scale, shift)
                    .add(FloatVector.fromMemorySegment(S, MEMORY, (residual + (long) i * BYTES) & ADDRESS, ORDER));
            if (below) {
                v = v.blend(low, v.compare(VectorOperators.LT, low));
            }
            if (above) {
                v = v.blend(high, v.compare(VectorOperators.GT, high));
            }
            v.intoMemorySegment(MEMORY, p & ADDRESS, ORDER);
        }
    }
}
