package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.util.List;

/**
 * Gradients of convolutions by their weights: for each channel of the input, tap and block of output channels the sum over
 * pixels of an element of the input times a vector of the output's gradient, many of them in registers at a time. The
 * work falls into parts of the output channels, whose results lie side by side, and parts of the images, whose results
 * are added up in order afterwards. How many parts there are follows from the shapes alone.
 */
record DirectWeightGradient(Cpu cpu) implements KernelFactory<ConvGradWeight> {
    @Override
    public boolean accepts(ConvGradWeight kernel, List<Sizes> operands) {
        return DirectSums.forward(kernel.conv(), operands.get(1)).isInBlocks();
    }

    @Override
    public Layout layout(ConvGradWeight kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        boolean rows = kernel.conv().groups() == 1
                && DirectSource.isInRows(operands.get(1).dim(1), now.get(1));
        return new Layout(List.of(LANES, rows ? 1 : LANES), 1);
    }

    @Override
    public long workspace(ConvGradWeight kernel, List<Sizes> operands) {
        DirectSums sums = DirectSums.forward(kernel.conv(), operands.get(1));
        return Math.max(workspace(plan(sums, 1)), workspace(plan(sums, LANES)));
    }

    private static WeightGradientPlan plan(DirectSums sums, int lanes) {
        return WeightGradientPlan.of(sums, lanes);
    }

    private long workspace(WeightGradientPlan plan) {
        return plan.partialBytes() + cpu.pool().threads() * plan.slotBytes();
    }

    @Override
    public Runnable bind(ConvGradWeight kernel, Operands o) {
        DirectSums sums = DirectSums.forward(kernel.conv(), o.in(1).shape());
        WeightGradientPlan plan = plan(sums, o.in(1).lanes());
        WeightGradientTiles tiles = new WeightGradientTiles(plan, o.in(1), o.in(0), o.workspace());
        Runnable products = cpu.parallel(plan.parts(), tiles::part);
        WeightGradientResult result =
                new WeightGradientResult(cpu, plan, o.workspace(), o.out().data());
        Runnable sum = cpu.parallel(sums.groups() * sums.pairs(), result::pair);
        return Described.as(o.in(1).lanes() > 1 ? "direct" : "direct, from rows", () -> {
            products.run();
            sum.run();
        });
    }
}
