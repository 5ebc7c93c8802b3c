package dev.striate.runtime.backend;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One kernel of a backend by itself, on normal deviates: for measurements. Feature maps lie as convolutions leave them,
 * unless the kernel wants them otherwise, so that no copy is part of it. For one thread.
 */
public final class BoundKernel implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Runnable action;
    private final long bytes;

    /**
     * Binds a kernel.
     *
     * @param data the shapes of its data operands
     * @param seed decides the values of operands and parameters
     * @throws IllegalArgumentException when the backend has no such kernel, or the shapes do not fit it
     */
    public BoundKernel(Backend backend, Kernel kernel, List<Sizes> data, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        KernelTable table = backend.kernels();
        Weights weights = weights(kernel.params(data), random);
        List<Tensor> parameters = weights.spec().parameters().stream()
                .map(p -> weights.tensor(p.name()))
                .toList();
        List<Sizes> shapes = Stream.concat(data.stream(), parameters.stream().map(Tensor::shape))
                .toList();
        Sizes result = kernel.output(data);
        Layout layout = table.layout(kernel, shapes, result, usual(table, shapes));
        List<Tensor> in = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            in.add(operand(table, data.get(i), layout.operands().get(i), random));
        }
        in.addAll(parameters);
        Tensor out = empty(result, layout.result());
        MemorySegment workspace = arena.allocate(Math.max(1, table.workspace(kernel, shapes)), Tensor.ALIGNMENT);
        MemorySegment workers = arena.allocate(Math.max(1, table.workerMemory(kernel, shapes)), Tensor.ALIGNMENT);
        Packs packs = new Packs(weights, true);
        this.action = table.bind(kernel, new Operands(in, out, workspace, workers, packs, new RandomState(), "kernel"));
        packs.allocate(arena);
        this.bytes = Stream.concat(in.stream(), Stream.of(out))
                .mapToLong(t -> t.data().byteSize())
                .sum();
    }

    private static Weights weights(List<Parameter> parameters, SplittableRandom random) {
        Weights weights = Weights.zeros(new NetSpec("kernel", parameters));
        for (Parameter p : parameters) {
            for (int i = 0; i < p.shape().elements(); i++) {
                double value = random.nextGaussian();
                // Running variances are not negative.
                weights.tensor(p.name()).set(i, (float) (p.learned() ? value : Math.abs(value)));
            }
        }
        return weights;
    }

    /** How the values of a net lie that convolutions leave. */
    private static List<Integer> usual(KernelTable table, List<Sizes> shapes) {
        Conv conv = Conv.conv(64, 3, 3).pad(1);
        List<Sizes> operands = new ArrayList<>(List.of(Sizes.of(1, 64, 56, 56)));
        conv.params(operands).forEach(p -> operands.add(p.shape()));
        int lanes = table.layout(conv, operands, Sizes.of(1, 64, 56, 56), Collections.nCopies(operands.size(), 1))
                .result();
        return shapes.stream().map(s -> s.rank() == 4 ? lanes : 1).toList();
    }

    private Tensor operand(KernelTable table, Sizes shape, int lanes, SplittableRandom random) {
        Tensor plain = empty(shape, 1);
        for (int i = 0; i < shape.elements(); i++) {
            plain.set(i, (float) random.nextGaussian());
        }
        if (lanes == 1) {
            return plain;
        }
        Tensor blocked = empty(shape, lanes);
        table.copy(plain, blocked).run();
        return blocked;
    }

    private Tensor empty(Sizes shape, int lanes) {
        return new Tensor(shape, arena.allocate(Tensor.bytes(shape, lanes), Tensor.ALIGNMENT), lanes);
    }

    /** Computes the result from the operands, which are the same each time. */
    public void run() {
        action.run();
    }

    /** The bytes of the operands, the parameters and the result: what must be read or written once at least. */
    public long bytes() {
        return bytes;
    }

    /** Frees the memory. */
    @Override
    public void close() {
        arena.close();
    }
}
