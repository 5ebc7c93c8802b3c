package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/**
 * Kernels in blocks that have no place for an epilogue: the kernel itself, then the function of its result, in place.
 * Faster than another kernel that has one, and lies in another way.
 *
 * @param table the kernels of both
 */
public record Unfused(KernelTable table) implements KernelFactory<Fused> {
    @Override
    public boolean accepts(Fused kernel, List<Sizes> operands) {
        Sizes result = kernel.output(operands.subList(0, kernel.dataOperands()));
        List<Integer> plain = Layout.plain(operands.size()).operands();
        Layout anchor = anchor(kernel, operands, result, plain);
        return anchor.result() > 1
                && epilogue(kernel, operands, result, plain, anchor.result()).result() == anchor.result();
    }

    @Override
    public Layout layout(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        Layout anchor = anchor(kernel, operands, result, now);
        Layout epilogue = epilogue(kernel, operands, result, now, anchor.result());
        int data = kernel.anchor().dataOperands();
        List<Integer> all = new ArrayList<>(anchor.operands().subList(0, data));
        all.addAll(epilogue.operands().subList(1, epilogue.operands().size()));
        all.addAll(anchor.operands().subList(data, anchor.operands().size()));
        return new Layout(all, anchor.result());
    }

    private Layout anchor(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return table.layout(kernel.anchor(), kernel.ofAnchor(operands), result, kernel.ofAnchor(now));
    }

    private Layout epilogue(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now, int lanes) {
        return table.layout(
                kernel.epilogue(),
                behind(result, kernel.ofEpilogue(operands)),
                result,
                behind(lanes, kernel.ofEpilogue(now)));
    }

    private static <T> List<T> behind(T first, List<T> others) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    @Override
    public long workspace(Fused kernel, List<Sizes> operands) {
        return most(table::workspace, kernel, operands);
    }

    @Override
    public long workerMemory(Fused kernel, List<Sizes> operands) {
        return most(table::workerMemory, kernel, operands);
    }

    /** What both need one after the other. */
    private static long most(ToLongBiFunction<Kernel, List<Sizes>> bytes, Fused kernel, List<Sizes> operands) {
        Sizes result = kernel.output(operands.subList(0, kernel.dataOperands()));
        return Math.max(
                bytes.applyAsLong(kernel.anchor(), kernel.ofAnchor(operands)),
                bytes.applyAsLong(kernel.epilogue(), behind(result, kernel.ofEpilogue(operands))));
    }

    @Override
    public Runnable bind(Fused kernel, Operands o) {
        Runnable anchor = table.bind(kernel.anchor(), o.with(kernel.ofAnchor(o.in())));
        List<Tensor> operands = behind(o.out(), kernel.ofEpilogue(o.in()));
        Runnable epilogue = table.bind(kernel.epilogue(), o.with(operands));
        return Described.as(Described.of(anchor), () -> {
            anchor.run();
            epilogue.run();
        });
    }
}
