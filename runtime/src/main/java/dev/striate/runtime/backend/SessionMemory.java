package dev.striate.runtime.backend;

import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The memory of one session: Java's alone, or that of a device and mirrors of some of it on Java's side. */
final class SessionMemory {
    /** Alignment of mirrors: a page, so that no two share one, which a device that locks pages could not tell apart. */
    private static final int PAGE = 4096;

    /** The two pieces of Java's memory of an input, one of which takes part in the next run. */
    private record Sides(Storage storage, MemorySegment one, MemorySegment other) {
        void turn() {
            storage.mirror(storage.host().equals(one) ? other : one);
        }
    }

    private final Arena arena = Arena.ofShared();
    private final List<Sides> sides = new ArrayList<>();
    private final @Nullable DeviceSession device;
    /** What Java reads of a device's gradients, once it asked for them. */
    private @Nullable MemorySegment gradients;

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
    MemorySegment weights(Weights weights, boolean learns) {
        return device == null ? weights.values().asReadOnly() : device.weights(weights, learns);
    }

    /** Takes note of gradients that kernels compute. */
    void gradients(MemorySegment computed) {
        if (device != null) {
            device.clear(computed); // where no step computes one, it is zero
        }
    }

    /** What Java reads of gradients that kernels computed. */
    MemorySegment read(MemorySegment computed) {
        if (device == null) {
            return computed;
        }
        if (gradients == null) {
            gradients = arena.allocate(computed.byteSize(), PAGE);
        }
        device.fetch(computed, gradients);
        return gradients;
    }

    /** What optimizers work on. */
    Learning learning(Weights weights, MemorySegment computed, UpdateLoops loops) {
        return device == null
                ? new Learning(weights.values(), computed, loops, weights::changed)
                : device.learning(computed);
    }

    /** Lets Java write inputs and read outputs that lie on a device. */
    void mirror(Collection<Input> inputs, Collection<Output> outputs) {
        inputs.forEach(input -> mirror(input.storage, DeviceSession.Copied.BEFORE_EACH_RUN));
        outputs.forEach(output -> mirror(output.source().storage, DeviceSession.Copied.AFTER_EACH_RUN));
    }

    private void mirror(Storage storage, DeviceSession.Copied when) {
        if (device != null && !storage.isMirrored()) { // else it has two names, or is an input and an output
            storage.mirror(pinned(device, storage.bytes));
            device.mirror(storage::host, storage.memory(), when);
        }
    }

    /** Whether it is that of a device; else all of it is Java's, and kernels compute when they are called. */
    boolean isOnDevice() {
        return device != null;
    }

    /** Lets the device, which there is, do transforms of an input. */
    void augment(String name, Storage input, Augmentation how, int samples, int pictures) {
        DeviceSession by = Objects.requireNonNull(device);
        by.augment(name, input.memory(), how, samples, pictures);
        input.mirror(pinned(by, how.bytes(pictures)));
    }

    /** Lets the device exchange labels; see {@link DeviceSession#exchange}. */
    void exchange(Storage label, int samples, int all) {
        DeviceSession by = Objects.requireNonNull(device);
        by.exchange(label.memory(), samples, all);
        label.mirror(pinned(by, label.bytes / samples * all));
    }

    /** Has the device do steps twice; see {@link DeviceSession#blend}. */
    void blend(MemorySegment first) {
        Objects.requireNonNull(device).blend(first);
    }

    /** How much of its own each blended sample keeps. */
    void share(float share) {
        Objects.requireNonNull(device).share(share);
    }

    private MemorySegment pinned(DeviceSession by, long bytes) {
        MemorySegment host = arena.allocate(bytes, PAGE);
        by.pin(host);
        return host;
    }

    /** Prepares runs that nobody waits for: inputs have two sides, which take turns. Null in Java's memory. */
    @Nullable
    Totals totals(List<DeviceSession.Score> scores, int samples, Collection<Input> inputs) {
        if (device == null) {
            return null;
        }
        inputs.stream()
                .map(input -> input.storage)
                .forEach(s ->
                        sides.add(new Sides(s, s.host(), pinned(device, s.host().byteSize()))));
        return device.totals(scores, samples);
    }

    /** What averages a tensor and others like it, in its place. */
    Runnable average(Average kind, Tensor own, List<MemorySegment> others) {
        return device == null ? kind.of(own, others) : device.average(kind, own, others);
    }

    /** What times steps where they run. */
    StepClock clock(int steps) {
        return device == null ? StepClock.here(steps) : device.clock(steps);
    }

    /** All steps are bound. */
    void ready() {
        if (device != null) {
            device.ready();
        }
    }

    /** A run begins; see {@link DeviceSession#begin}. */
    void begin(Weights weights, boolean newWeights, boolean ahead, @Nullable Runnable updates) {
        if (device == null) {
            weights.fetch();
        } else {
            device.begin(newWeights, ahead, updates);
        }
    }

    /** The steps are done a second time; see {@link DeviceSession#again}. */
    void again() {
        Objects.requireNonNull(device).again();
    }

    /** A run came to its end; see {@link DeviceSession#end}. In Java's memory, the updates are made now. */
    void end(boolean ahead, @Nullable Runnable updates) {
        if (device == null) {
            if (updates != null) {
                updates.run();
            }
            return;
        }
        device.end(ahead);
        for (int i = 0; ahead && i < sides.size(); i++) {
            sides.get(i).turn();
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
