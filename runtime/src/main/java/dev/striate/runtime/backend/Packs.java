package dev.striate.runtime.backend;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Weights in the forms in which kernels read them. Sessions that leave the weights alone share one packed copy of each,
 * which belongs to the {@link Weights} and is made anew when these have changed. A session that trains packs into one
 * buffer of its own before each use, since its weights change with every run.
 */
public final class Packs {
    private final Weights weights;
    private final boolean keeps;
    private long most;
    private MemorySegment buffer = MemorySegment.NULL;

    /**
     * The packs of one session.
     *
     * @param keeps whether the weights stay as they are from run to run, mostly
     */
    Packs(Weights weights, boolean keeps) {
        this.weights = weights;
        this.keeps = keeps;
    }

    /** Takes the session's buffer, once all kernels are bound, and returns its size in bytes. */
    long allocate(Arena arena) {
        if (most > 0) {
            buffer = arena.allocate(most, Tensor.ALIGNMENT);
        }
        return most;
    }

    /** A tensor in another form. */
    @FunctionalInterface
    public interface Packed {
        /** The form of the present values: made by this call if need be. Valid until another {@code current()}. */
        MemorySegment current();
    }

    /**
     * A tensor in another form, for a kernel to ask for when it is bound and to read with each run.
     *
     * @param tensor one of the kernel's operands
     * @param form what names the form among all forms of all kernels; equal forms of one tensor are one
     * @param bytes the size of the form
     * @param packer computes the form: from the tensor's memory, into memory of undefined content
     */
    public Packed of(Tensor tensor, Object form, long bytes, BiConsumer<MemorySegment, MemorySegment> packer) {
        MemorySegment values = weights.values();
        long offset = tensor.data().address() - values.address();
        if (keeps && offset >= 0 && offset < values.byteSize()) {
            return weights.packs()
                    .computeIfAbsent(new Key(offset, tensor.data().byteSize(), form), k -> new Kept(bytes))
                    .reader(weights, tensor.data(), packer);
        }
        most = Math.max(most, bytes);
        return () -> {
            packer.accept(tensor.data(), buffer);
            return buffer;
        };
    }

    /** What names a packed copy. */
    record Key(long offset, long bytes, Object form) {}

    /** All packed copies of some weights. */
    static Map<Key, Kept> none() {
        return new ConcurrentHashMap<>();
    }

    /** A packed copy and the version of the weights that it is of. */
    static final class Kept {
        private final MemorySegment memory;
        private volatile long version = -1;

        private Kept(long bytes) {
            memory = Arena.ofAuto().allocate(bytes, Tensor.ALIGNMENT);
        }

        private Packed reader(Weights weights, MemorySegment values, BiConsumer<MemorySegment, MemorySegment> packer) {
            return () -> {
                long current = weights.version();
                if (version != current) {
                    update(current, values, packer);
                }
                return memory;
            };
        }

        private synchronized void update(
                long current, MemorySegment values, BiConsumer<MemorySegment, MemorySegment> packer) {
            if (version != current) {
                packer.accept(values, memory);
                version = current;
            }
        }
    }
}
