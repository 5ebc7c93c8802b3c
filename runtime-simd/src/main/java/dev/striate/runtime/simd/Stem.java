package dev.striate.runtime.simd;

import dev.striate.core.kernel.Pool;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of stems of one shape, to be bound to operands.
 *
 * @param pool the threads
 * @param shape the shape
 * @param pooling what follows in the same pass; null for nothing
 */
record Stem(WorkerPool pool, StemShape shape, @Nullable Pool pooling) implements Filtering {
    /** Whether pooling can follow in the same pass: all of a row of tiles is then one task. */
    static boolean fits(StemShape shape, Pool pooling) {
        return StemConvolution.tiles(shape) == shape.tilesInRow() && StemPooling.fits(shape, pooling);
    }

    @Override
    public long workerBytes() {
        long band = pooling == null ? 0 : StemConvolution.bandBytes(shape);
        return Math.max(StemConvolution.bytes(shape, StemConvolution.tiles(shape)) + band, StemWeights.scratch());
    }

    /** The memory that all workers need together, in bytes: what follows has its constants there. */
    long workspace() {
        return Epilogue.bytes(shape.out()) + (pooling == null ? 0 : StemPooling.bytes(shape, pooling));
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
                pooling == null ? null : pooling(pooling, o),
                work);
        return Described.as("Winograd F(5, 4), stride 2" + (pooling == null ? "" : ", pooled row by row"), convolution);
    }

    private StemPooling pooling(Pool of, Operands o) {
        MemorySegment lower = o.workspace().asSlice(Epilogue.bytes(shape.out()));
        return new StemPooling(shape, of, o.out().data(), lower);
    }
}
