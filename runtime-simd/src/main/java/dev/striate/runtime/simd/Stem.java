package dev.striate.runtime.simd;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/**
 * Convolutions of stems of one shape, to be bound to operands.
 *
 * @param pool the threads
 * @param shape the shape
 */
record Stem(WorkerPool pool, StemShape shape) implements Filtering {
    @Override
    public long workerBytes() {
        return Math.max(StemConvolution.bytes(shape, StemConvolution.tiles(shape)), StemWeights.scratch());
    }

    @Override
    public Described bind(Operands o, Epilogue epilogue) {
        StemWeights weights = new StemWeights(shape);
        MemorySegment[] work = Filtering.work(o, pool.threads(), workerBytes());
        var packer = new PartPacker(
                pool, 2 * shape.pairs(), (weight, u, block, slot) -> weights.pack(weight, u, block, work[slot]));
        Packed packed = o.packs().of(o.in(1), StemWeights.form(), weights.bytes(), packer);
        Runnable convolution = new StemConvolution(
                pool,
                shape,
                StemConvolution.tiles(shape),
                o.in(0).data(),
                packed,
                o.out().data(),
                epilogue,
                work);
        return Described.as("Winograd F(5, 4), stride 2", convolution);
    }
}
