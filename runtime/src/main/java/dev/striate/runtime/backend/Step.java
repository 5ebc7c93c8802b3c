package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.List;
import java.util.function.UnaryOperator;

/** One step of a program and its result. */
public final class Step extends Value {
    String path;
    Kernel kernel;
    List<Value> operands;
    /** Whether the result is the first operand's memory, so that there is nothing to do. */
    final boolean alias;

    private final int index;
    private boolean unwanted;
    private Runnable action = () -> {};
    /** The action and the copies that belong to it. */
    private Runnable whole = action;

    Step(
            Program program,
            Storage storage,
            Sizes shape,
            String where,
            String path,
            Kernel kernel,
            List<Value> operands,
            boolean alias,
            int index) {
        super(program, storage, shape, where);
        this.path = path;
        this.kernel = kernel;
        this.operands = List.copyOf(operands);
        this.alias = alias;
        this.index = index;
    }

    /**
     * Computes the result. Part of {@link NetSession#steps}, which calls every step once, in the order recorded.
     *
     * @throws IllegalStateException outside of {@link NetSession#run} or out of order
     */
    public void run() {
        program.begin(index, this);
        whole.run();
    }

    /** Says that nobody reads the gradient that it computes. */
    void unwanted() {
        unwanted = true;
    }

    /** Whether nobody reads the gradient that it computes. */
    boolean isUnwanted() {
        return unwanted;
    }

    /**
     * Does also what {@code before} does, the step that computes its operand: takes its operands and its path, by which profiles
     * name it, and keeps its own place, by which messages do.
     */
    void join(Step before, Kernel both) {
        path = before.path;
        kernel = both;
        operands = before.operands;
    }

    /** The shapes of the operands. */
    List<Sizes> operandShapes() {
        return operands.stream().map(Value::shape).toList();
    }

    void action(Runnable bound, Runnable withCopies) {
        action = bound;
        whole = withCopies;
    }

    /** Runs something more whenever it has run. */
    void followedBy(Runnable next) {
        Runnable own = whole;
        whole = () -> {
            own.run();
            next.run();
        };
    }

    /** Puts something around all that it does. */
    void around(UnaryOperator<Runnable> other) {
        whole = other.apply(whole);
    }

    /** Whether values are copied from one layout to the other beside what its kernel runs. */
    boolean copies() {
        return !whole.equals(action);
    }

    /** What its kernel runs, once bound. */
    Runnable action() {
        return action;
    }
}
