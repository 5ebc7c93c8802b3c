package dev.striate.runtime.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An arena that knows how many bytes were asked of it, so that tests can hold readers to the size of their file. */
public final class CountingArena implements Arena {
    private final Arena arena = Arena.ofShared();
    private final long limit;
    private long allocated;

    /** An arena without a limit. */
    public CountingArena() {
        this(Long.MAX_VALUE);
    }

    /** An arena that fails as the system does when more than {@code limit} bytes are asked of it. */
    public CountingArena(long limit) {
        this.limit = limit;
    }

    /** All bytes allocated so far. */
    public long allocated() {
        return allocated;
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        allocated += bytes;
        if (allocated > limit) {
            throw new OutOfMemoryError("more than " + limit + " bytes");
        }
        return arena.allocate(bytes, alignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        arena.close();
    }
}
