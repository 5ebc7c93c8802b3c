package dev.striate.runtime.backend;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The memory of one session: Java's alone, or that of a device and mirrors of some of it on Java's side. */
final class SessionMemory {
    /** How many values a message names. */
    private static final int NAMED = 3;

    /** Alignment of mirrors: a page, so that no two share one, which a device that locks pages could not tell apart. */
    private static final int PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final @Nullable DeviceSession device;

    /** On a device, or in Java's memory when that is null. */
    SessionMemory(@Nullable DeviceSession device) {
        this.device = device;
    }

    /** What owns the memory on Java's side. */
    Arena arena() {
        return arena;
    }

    /** The arena that kernels work in. */
    MemorySegment allocate(long bytes) {
        long some = Math.max(bytes, 1);
        return device == null ? arena.allocate(some, Tensor.ALIGNMENT) : device.allocate(some);
    }

    /** The weights as kernels read them. */
    MemorySegment weights(Weights weights) {
        if (device == null) {
            return weights.values().asReadOnly();
        }
        MemorySegment copy = device.allocate(weights.values().byteSize());
        device.mirror(weights.values(), copy, DeviceSession.Copied.WITH_NEW_WEIGHTS);
        return copy;
    }

    /** What Java reads of gradients that kernels compute. */
    MemorySegment gradients(MemorySegment computed) {
        if (device == null) {
            return computed;
        }
        device.clear(computed); // where no step computes one, it is zero
        MemorySegment host = arena.allocate(computed.byteSize(), PAGE);
        device.mirror(host, computed, DeviceSession.Copied.AFTER_EACH_RUN);
        return host;
    }

    /** Lets Java write inputs and read outputs that lie on a device. */
    void mirror(Collection<Input> inputs, Collection<Output> outputs) {
        inputs.forEach(input -> mirror(input.storage, DeviceSession.Copied.BEFORE_EACH_RUN));
        outputs.forEach(output -> mirror(output.source().storage, DeviceSession.Copied.AFTER_EACH_RUN));
    }

    private void mirror(Storage storage, DeviceSession.Copied when) {
        if (device != null && !storage.isMirrored()) { // else it has two names, or is an input and an output
            MemorySegment host = arena.allocate(storage.bytes, PAGE);
            device.mirror(host, storage.memory(), when);
            storage.mirror(host);
        }
    }

    /** What to do when there is not enough. */
    String advice(OutOfMemoryError e, Collection<Step> steps) {
        if (device == null) {
            return "choose a smaller batch";
        }
        String largest = steps.stream()
                .filter(step -> !step.alias)
                .sorted(Comparator.comparingLong((Step step) -> -bytes(step)))
                .limit(NAMED)
                .map(step -> String.format("%s %s (%.1f GiB)", step.where, step.shape(), bytes(step) / 0x1p30))
                .collect(Collectors.joining(", "));
        return e.getMessage() + "; choose a smaller batch, or train within a budget; the largest values are " + largest;
    }

    /** The bytes of what a step computes, in the form in which it does. */
    private static long bytes(Step step) {
        return step.storage(step.computed()).bytes;
    }

    /** All steps are bound. */
    void ready() {
        if (device != null) {
            device.ready();
        }
    }

    /** A run begins; see {@link DeviceSession#begin}. */
    void begin(boolean newWeights) {
        if (device != null) {
            device.begin(newWeights);
        }
    }

    /** A run came to its end; see {@link DeviceSession#end}. */
    void end() {
        if (device != null) {
            device.end();
        }
    }

    /** A run is over, at its end or before. */
    void stop() {
        if (device != null) {
            device.stop();
        }
    }

    /** Frees all of it. */
    void close() {
        if (device != null) {
            device.close();
        }
        arena.close();
    }
}
