package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.List;

/** One step of a program and its result. */
public final class Step extends Value {
    final Kernel kernel;
    final List<Value> operands;
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
            Kernel kernel,
            List<Value> operands,
            boolean alias,
            int index) {
        super(program, storage, shape, where);
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

    /** What its kernel runs, once bound. */
    Runnable action() {
        return action;
    }
}
