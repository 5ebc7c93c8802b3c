package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Decides how the values of a program lie in memory, by asking the kernels in the order in which they run, and where a
 * value has to be copied from one layout to the other: once for all its readers, before the first of them.
 *
 * <pre>
 *   image ──conv──pool──conv──flatten──fc     rows: image, flatten, fc     blocks: conv, pool, conv
 *         │                 │
 *         copy to blocks    copy to rows
 * </pre>
 */
final class Layouts {
    /** A copy of a value out of the layout in which it is computed. */
    private record Copy(Value value, int from, int to) {
        Runnable bind(KernelTable kernels) {
            return kernels.copy(value.tensor(from), value.tensor(to));
        }
    }

    private final KernelTable kernels;
    private final List<Storage> storages;
    private final boolean keepsWeights;
    private final Map<Step, Layout> layouts = new HashMap<>();
    private final Map<Step, List<Copy>> before = new HashMap<>();
    private final Map<Step, List<Copy>> after = new HashMap<>();
    /** Row-major memory of values that are computed in blocks and never copied. */
    private final Set<Storage> unused = new HashSet<>();
    /** Values that are computed in blocks and have been copied. */
    private final Set<Value> inRows = new HashSet<>();

    /**
     * Decides on all steps.
     *
     * @param storages the memory of the program, to which that of blocks is added
     * @param keepsWeights whether the weights stay as they are from run to run, mostly: then so do copies of them
     */
    Layouts(KernelTable kernels, List<Step> steps, Set<Step> dropped, List<Storage> storages, boolean keepsWeights) {
        this.kernels = kernels;
        this.storages = storages;
        this.keepsWeights = keepsWeights;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (!dropped.contains(step)) {
                decide(step, i);
            }
        }
    }

    private void decide(Step step, int index) {
        List<Integer> now = step.operands.stream().map(Value::computed).toList();
        Layout layout = step.alias
                ? Layout.plain(now.size())
                : kernels.layout(step.kernel, step.operandShapes(), step.shape(), now);
        layouts.put(step, layout);
        for (int k = 0; k < step.operands.size(); k++) {
            Value operand = step.operands.get(k);
            int lanes = layout.operands().get(k);
            if (!operand.lies(lanes) && !(lanes == 1 && inRows.contains(operand))) {
                copyBefore(step, index, operand, lanes);
            }
            operand.storage(lanes).usedBy(index);
        }
        if (layout.result() != 1) {
            computeInBlocks(step, index, layout.result());
        }
    }

    private void copyBefore(Step step, int index, Value value, int lanes) {
        int from = value.computed();
        if (lanes == 1) {
            inRows.add(value);
            unused.remove(value.storage);
            value.storage.writtenBy(index);
        } else if (kernels.isRowMajor(value.shape(), lanes)) {
            value.inBlocks(lanes, value.storage);
            return;
        } else {
            Storage copied = memory(value.shape(), lanes, index);
            value.inBlocks(lanes, copied);
            if (isKept(value)) {
                copied.keepThroughout();
            }
        }
        value.storage(from).usedBy(index);
        before.computeIfAbsent(step, s -> new ArrayList<>()).add(new Copy(value, from, lanes));
    }

    /** Whether a copy of a value is good for later runs. */
    private boolean isKept(Value value) {
        return keepsWeights && value.storage.place == Storage.Place.WEIGHTS;
    }

    private void computeInBlocks(Step step, int index, int lanes) {
        if (kernels.isRowMajor(step.shape(), lanes)) {
            step.inBlocks(lanes, step.storage);
            return;
        }
        step.computed(lanes, memory(step.shape(), lanes, index));
        if (step.storage.isKept() || step.storage.place == Storage.Place.GRADIENTS) {
            inRows.add(step);
            after.computeIfAbsent(step, s -> new ArrayList<>()).add(new Copy(step, lanes, 1));
        } else {
            unused.add(step.storage);
        }
    }

    private Storage memory(Sizes shape, int lanes, int first) {
        Storage storage = Storage.planned(kernels.bytes(shape, lanes), first);
        storages.add(storage);
        return storage;
    }

    /** How the operands of a step lie, and its result. */
    Layout of(Step step) {
        Layout layout = layouts.get(step);
        if (layout == null) {
            throw new IllegalStateException(step.where + " has no layout");
        }
        return layout;
    }

    /** The row-major memory that nobody writes. */
    Set<Storage> unused() {
        return unused;
    }

    /**
     * A step with the copies that belong to it.
     *
     * @param whenOutdated makes of a copy of a weight one that is made when the weights changed
     */
    Runnable withCopies(Step step, Runnable action, UnaryOperator<Runnable> whenOutdated) {
        List<Runnable> all = new ArrayList<>();
        for (Copy copy : before.getOrDefault(step, List.of())) {
            Runnable bound = copy.bind(kernels);
            all.add(isKept(copy.value) ? whenOutdated.apply(bound) : bound);
        }
        all.add(action);
        after.getOrDefault(step, List.of()).forEach(copy -> all.add(copy.bind(kernels)));
        Runnable[] sequence = all.toArray(Runnable[]::new);
        return sequence.length == 1
                ? action
                : () -> {
                    for (Runnable r : sequence) {
                        r.run();
                    }
                };
    }

    /** Whether a step and its operands are as if there were no blocks. */
    boolean isPlain(Step step) {
        return of(step).isPlain() && step.operands.stream().allMatch(x -> x.computed() == 1);
    }
}
