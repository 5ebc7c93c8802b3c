package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.driver.RefusedException;
import java.lang.System.Logger.Level;
import java.util.Arrays;

/** A call of a library on zeros, in memory and a stream of its own, before there is what a session computes with. */
final class Rehearsal implements AutoCloseable {
    private static final int ALIGNMENT = 256;

    private static final System.Logger LOG = System.getLogger("dev.striate.runtime");

    private final Driver driver;
    private final LibraryPlan plan;
    /** Where the operands and the scratch memory begin, and where that ends. */
    private final long[] offsets;

    private final long memory;
    private final long stream;

    /**
     * Takes memory for any way of a call.
     *
     * @throws OutOfMemoryError when there is not enough
     */
    Rehearsal(Driver driver, LibraryPlan plan) {
        this.driver = driver;
        this.plan = plan;
        long scratch = 0;
        for (String way : plan.ways()) {
            plan.take(way);
            scratch = Math.max(scratch, plan.workspace());
        }
        int operands = plan.operands().length;
        long[] bytes = Arrays.copyOf(plan.operands(), operands + 1);
        bytes[operands] = scratch;
        this.offsets = new long[bytes.length + 1];
        for (int i = 0; i < bytes.length; i++) {
            offsets[i + 1] = offsets[i] + Math.ceilDiv(bytes[i], ALIGNMENT) * ALIGNMENT;
        }
        driver.enter();
        this.memory = driver.allocate(offsets[bytes.length]);
        this.stream = driver.stream();
        driver.fill(memory, (byte) 0, offsets[bytes.length], stream);
    }

    /** The heuristics of libraries name ways that the libraries then refuse: has a plan take the first that can be done. */
    static void takeFirstPossible(Driver driver, LibraryPlan plan) {
        try (Rehearsal rehearsal = new Rehearsal(driver, plan)) {
            for (String way : plan.ways()) {
                plan.take(way);
                if (rehearsal.isPossible(way)) {
                    return;
                }
            }
        } catch (OutOfMemoryError e) {
            plan.take(plan.ways().getFirst());
            LOG.log(Level.DEBUG, "not tried: " + plan.description(), e);
            return;
        }
        throw new RefusedException("no algorithm can do " + plan.description());
    }

    private boolean isPossible(String way) {
        try {
            run();
            driver.await(stream);
            return true;
        } catch (RefusedException e) {
            LOG.log(Level.DEBUG, plan.description() + " cannot be done in the way " + way, e);
            return false;
        }
    }

    /** Where the call is made. */
    long stream() {
        return stream;
    }

    /** Makes the call in the way that the plan has taken. */
    void run() {
        plan.run(at(0), at(1), at(2), at(3), at(4), at(5), stream);
    }

    /** Bias and addend are none where they have no bytes; scratch memory may have none. */
    private long at(int operand) {
        boolean isThere = offsets[operand + 1] > offsets[operand] || operand == offsets.length - 2;
        return isThere ? memory + offsets[operand] : 0;
    }

    @Override
    public void close() {
        driver.freeStream(stream);
        driver.free(memory);
    }
}
