package dev.striate.runtime.backend;

import dev.striate.core.plan.MemoryPlanner.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The memory of one value, or of several where views share it: first a lifetime, later a segment. */
final class Storage {
    /** Whose memory it is. */
    enum Place {
        /** The session's, shared with other values over time. */
        ARENA,
        /** The weights'. */
        WEIGHTS,
        /** The session's gradients and new running statistics. */
        GRADIENTS
    }

    final Place place;
    final long bytes;
    /** Where it begins: given for weights and gradients, planned in the arena. */
    private long offset;

    private int first;
    private int last;
    private boolean kept;

    private MemorySegment memory = MemorySegment.NULL;

    private Storage(Place place, long bytes, long offset, int first) {
        this.place = place;
        this.bytes = bytes;
        this.offset = offset;
        this.first = first;
        this.last = first;
    }

    /** Memory to be planned, written first by step {@code first}. */
    static Storage planned(long bytes, int first) {
        return new Storage(Place.ARENA, bytes, 0, first);
    }

    /** Memory at a given place, in bytes. */
    static Storage fixed(Place place, long bytes, long offset) {
        return new Storage(place, bytes, offset, 0);
    }

    /** Step {@code step} reads it. */
    void usedBy(int step) {
        last = Math.max(last, step);
    }

    /** It is written by step {@code step} first. */
    void writtenBy(int step) {
        first = step;
        last = Math.max(last, step);
    }

    /** It is read after the last step. */
    void keep() {
        kept = true;
    }

    /** It is written in some runs only, and read in all of them. */
    void keepThroughout() {
        first = 0;
        kept = true;
    }

    /** Whether it is read after the last step. */
    boolean isKept() {
        return kept;
    }

    /** The lifetime in a program of {@code steps} steps, written over one of the given buffers where they end there. */
    Buffer buffer(int steps, List<Integer> over) {
        return new Buffer(bytes, first, kept ? Math.max(first, steps - 1) : last, over);
    }

    /** Assigns the planned place. */
    void place(long planned) {
        offset = planned;
    }

    /** Takes its part of the memory that it lies in. */
    void bind(MemorySegment whole) {
        memory = whole.asSlice(offset, bytes);
    }

    /** The memory; empty until bound. */
    MemorySegment memory() {
        return memory;
    }
}
