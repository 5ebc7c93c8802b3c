package dev.striate.runtime.backend;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which kernels a backend has: for each kind of description, what implements it. */
public final class KernelTable {
    /** For each kind, the one added last first. */
    private final Map<Class<? extends Kernel>, Deque<KernelFactory<? extends Kernel>>> factories = new HashMap<>();

    private Relayout copies = Blocks::copy;

    private @Nullable DeviceSession device;
    private @Nullable NativeForm nativeForm;

    /** What copies a tensor into one that lies in another way. */
    @FunctionalInterface
    public interface Relayout {
        /** A runnable copy of {@code from} into {@code to}, which has the same shape and other lanes. */
        Runnable bind(Tensor from, Tensor to);
    }

    /** The form of its own in which a device keeps values: those that have the lanes {@link Tensor#NATIVE}. */
    public interface NativeForm extends Relayout {
        /** The bytes that a value of a shape takes. */
        long bytes(Sizes shape);

        /** Whether a value of a shape has the same bytes in row-major order. */
        boolean isRowMajor(Sizes shape);
    }

    /** Adds a kind of kernel, which is asked before those that were added earlier, and returns this. */
    public <K extends Kernel> KernelTable add(Class<K> kind, KernelFactory<K> factory) {
        factories.computeIfAbsent(kind, k -> new ArrayDeque<>()).addFirst(factory);
        return this;
    }

    /** Says that the kernels work on the memory of a device, and returns this. */
    public KernelTable on(DeviceSession session) {
        device = session;
        return this;
    }

    /** The device whose memory the kernels work on; null when it is Java's. */
    public @Nullable DeviceSession device() {
        return device;
    }

    /** Sets what copies a tensor from one layout to the other, and returns this. */
    public KernelTable copies(Relayout copy) {
        copies = copy;
        return this;
    }

    /** Sets the form that {@link Tensor#NATIVE} stands for, which also copies, and returns this. */
    public KernelTable nativeForm(NativeForm form) {
        nativeForm = form;
        return copies(form);
    }

    /** The bytes that a value takes with so many lanes. */
    long bytes(Sizes shape, int lanes) {
        return lanes == Tensor.NATIVE ? requireNonNull(nativeForm).bytes(shape) : Tensor.bytes(shape, lanes);
    }

    /** Whether a value takes the same memory in the same order with so many lanes and in row-major order. */
    boolean isRowMajor(Sizes shape, int lanes) {
        return lanes == Tensor.NATIVE
                ? requireNonNull(nativeForm).isRowMajor(shape)
                : Tensor.isSameInBlocks(shape, lanes);
    }

    /** What now implements a kind of kernel, for a factory that leaves some operands to it. */
    @SuppressWarnings("unchecked") // add() takes only a class and a factory of the same kernel
    public <K extends Kernel> KernelFactory<K> get(Class<K> kind) {
        return (KernelFactory<K>)
                factories.getOrDefault(kind, new ArrayDeque<>()).getFirst();
    }

    /** Whether there is an implementation for a kind of kernel. */
    public boolean supports(Class<? extends Kernel> kind) {
        return factories.containsKey(kind);
    }

    /**
     * The scratch memory that a kernel needs, in bytes.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public long workspace(Kernel kernel, List<Sizes> operands) {
        return factory(kernel, operands).workspace(kernel, operands);
    }

    /**
     * The scratch memory that the threads need for a kernel beside, in bytes.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public long workerMemory(Kernel kernel, List<Sizes> operands) {
        return factory(kernel, operands).workerMemory(kernel, operands);
    }

    /**
     * A runnable kernel.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public Runnable bind(Kernel kernel, Operands operands) {
        return factory(kernel, operands.in().stream().map(Tensor::shape).toList())
                .bind(kernel, operands);
    }

    /**
     * How the operands of a kernel shall lie; see {@link KernelFactory#layout}.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public Layout layout(Kernel kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return factory(kernel, operands).layout(kernel, operands, result, now);
    }

    /** What copies a tensor into another of the same shape that lies in another way. */
    Runnable copy(Tensor from, Tensor to) {
        return copies.bind(from, to);
    }

    /** Whether there is an implementation for a kernel on operands of these shapes. */
    boolean accepts(Kernel kernel, List<Sizes> operands) {
        return find(kernel, operands) != null;
    }

    private KernelFactory<Kernel> factory(Kernel kernel, List<Sizes> operands) {
        KernelFactory<Kernel> found = find(kernel, operands);
        if (found == null) {
            throw new IllegalArgumentException(
                    "this backend has no kernel for " + kernel.getClass().getSimpleName());
        }
        return found;
    }

    @SuppressWarnings("unchecked") // add() takes only a class and a factory of the same kernel
    private @Nullable KernelFactory<Kernel> find(Kernel kernel, List<Sizes> operands) {
        for (KernelFactory<? extends Kernel> factory : factories.getOrDefault(kernel.getClass(), new ArrayDeque<>())) {
            KernelFactory<Kernel> own = (KernelFactory<Kernel>) factory;
            if (own.accepts(kernel, operands)) {
                return own;
            }
        }
        return null;
    }
}
