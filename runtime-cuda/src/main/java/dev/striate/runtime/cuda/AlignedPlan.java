package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import java.util.List;

/**
 * A call of a library that reads and writes 16 bytes at once. Parameters and their gradients lie behind one another and so begin at any number
 * of float32: those that do not begin at 16 bytes are copied to scratch memory and back.
 */
final class AlignedPlan implements LibraryPlan {
    private static final int ALIGNMENT = 16;

    /** Copies begin at multiples of so many bytes from the scratch memory's beginning, and so does what the library gets of it. */
    private static final int STEP = 64;

    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int BIAS = 2;
    private static final int ADDEND = 3;
    private static final int RESULT = 4;

    private final Driver driver;
    private final LibraryPlan plan;
    private final long[] bytes;
    /** Where copies of operands lie in the scratch memory; -1 for those that need none. Behind them is that of the library. */
    private final long[] places;

    private final long copies;

    AlignedPlan(Driver driver, LibraryPlan plan) {
        this.driver = driver;
        this.plan = plan;
        this.bytes = plan.operands();
        this.places = new long[bytes.length];
        long next = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean moves = plan.packed().contains(i) && bytes[i] > 0;
            places[i] = moves ? next : -1;
            next += moves ? Math.ceilDiv(bytes[i], STEP) * STEP : 0;
        }
        this.copies = next;
    }

    @Override
    public String description() {
        return plan.description();
    }

    @Override
    public List<String> ways() {
        return plan.ways();
    }

    @Override
    public void take(String way) {
        plan.take(way);
    }

    @Override
    public long[] operands() {
        return plan.operands();
    }

    @Override
    public List<Integer> packed() {
        return List.of();
    }

    @Override
    public long workspace() {
        return copies + plan.workspace();
    }

    @Override
    public void run(long first, long second, long bias, long addend, long result, long scratch, long stream) {
        long to = place(RESULT, result, scratch);
        plan.run(
                copied(FIRST, first, scratch, stream),
                copied(SECOND, second, scratch, stream),
                copied(BIAS, bias, scratch, stream),
                copied(ADDEND, addend, scratch, stream),
                to,
                scratch + copies,
                stream);
        if (to != result) {
            driver.copy(result, to, bytes[RESULT], stream);
        }
    }

    private long copied(int operand, long address, long scratch, long stream) {
        long to = place(operand, address, scratch);
        if (to != address) {
            driver.copy(to, address, bytes[operand], stream);
        }
        return to;
    }

    private long place(int operand, long address, long scratch) {
        return places[operand] < 0 || address % ALIGNMENT == 0 ? address : scratch + places[operand];
    }

    @Override
    public void close() {
        plan.close();
    }
}
