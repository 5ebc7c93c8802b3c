package dev.striate.runtime.simd;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/**
 * Winograd convolutions of one shape, to be bound to operands.
 *
 * @param pool the threads
 * @param shape the shape
 * @param rotated whether it is the gradient of an input; see {@link WinogradWeights}
 */
record Winograd(WorkerPool pool, WinogradShape shape, boolean rotated) implements Filtering {
    @Override
    public long workerBytes() {
        return Math.max(plan().bytes(), weights().scratch());
    }

    private WinogradPlan plan() {
        return WinogradPlan.of(shape, pool.threads());
    }

    private WinogradWeights weights() {
        return new WinogradWeights(shape, rotated);
    }

    @Override
    public Described bind(Operands o, Epilogue epilogue) {
        WinogradWeights weights = weights();
        MemorySegment[] work = Filtering.work(o, pool.threads(), workerBytes());
        Packed packed = o.packs().of(o.in(1), weights.form(), weights.bytes(), weights.packer(pool, work));
        Runnable convolution = new WinogradConvolution(
                pool, plan(), o.in(0).data(), packed, o.out().data(), epilogue, work);
        return Described.as("Winograd F(" + shape.m() + ", 3)", convolution);
    }
}
