package dev.striate.runtime.backend.cpu;

import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.Arg;
import dev.striate.core.expr.Expr.Binary;
import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.Const;
import dev.striate.core.expr.Expr.Unary;
import dev.striate.core.expr.Expr.UnaryFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An expression as a list of instructions over registers, each an array of {@link #BLOCK} elements: equal parts are
 * computed once, and a register is used again as soon as its value is not needed any more, so that all stay in the
 * nearest cache. The first registers hold the operands.
 */
final class PointwiseProgram {
    /** Elements that are worked on at a time. */
    static final int BLOCK = 1024;

    private sealed interface Instruction {}

    private record Apply1(UnaryFunction f, int a, int to) implements Instruction {}

    private record Apply2(BinaryFunction f, int a, int b, int to) implements Instruction {}

    private final List<Instruction> instructions = new ArrayList<>();
    /** Filled once; a constant is numbered {@code -1 - index} among the registers. */
    private final List<float[]> constants = new ArrayList<>();

    private final Map<Expr, Integer> registers = new HashMap<>();
    private final Map<Expr, Integer> uses = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private int registerCount;
    private final int result;

    /** Translates an expression over {@code arity} operands. */
    PointwiseProgram(Expr expr, int arity) {
        for (int i = 0; i < arity; i++) {
            registers.put(Expr.arg(i), i);
        }
        registerCount = arity;
        count(expr);
        result = translate(expr);
    }

    /** How often each part is read. */
    private void count(Expr e) {
        if (uses.merge(e, 1, Integer::sum) > 1) {
            return;
        }
        switch (e) {
            case Arg a -> {}
            case Const c -> {}
            case Unary(UnaryFunction f, Expr a) -> count(a);
            case Binary(BinaryFunction f, Expr a, Expr b) -> {
                count(a);
                count(b);
            }
        }
    }

    /** The register that holds a part's value after the instructions so far. */
    private int translate(Expr e) {
        Integer known = registers.get(e);
        if (known != null) {
            return known;
        }
        int register = switch (e) {
            case Arg a -> throw new IllegalArgumentException("there is no operand " + a.index());
            case Const(double value) -> constant((float) value);
            case Unary(UnaryFunction f, Expr a) -> {
                int from = translate(a);
                release(a);
                int to = take();
                instructions.add(new Apply1(f, from, to));
                yield to;
            }
            case Binary(BinaryFunction f, Expr a, Expr b) -> {
                int left = translate(a);
                int right = translate(b);
                release(a);
                release(b);
                int to = take();
                instructions.add(new Apply2(f, left, right, to));
                yield to;
            }
        };
        registers.put(e, register);
        return register;
    }

    private int constant(float value) {
        float[] array = new float[BLOCK];
        Arrays.fill(array, value);
        constants.add(array);
        return -constants.size();
    }

    private int take() {
        return free.isEmpty() ? registerCount++ : free.pop();
    }

    /** Counts one reading of a part; the last one frees its register. */
    private void release(Expr e) {
        int left = uses.merge(e, -1, Integer::sum);
        int register = registers.getOrDefault(e, -1);
        if (left == 0 && register >= 0) {
            free.push(register);
        }
    }

    /** The number of registers; the last one is spare. */
    int registers() {
        return registerCount + 1;
    }

    /** Runs the program on the first {@code n} elements of a worker's registers; what holds the result. */
    float[] run(Scratch scratch, int slot, int n) {
        for (int i = 0; i < instructions.size(); i++) {
            switch (instructions.get(i)) {
                case Apply1(UnaryFunction f, int a, int to) ->
                    VectorMath.apply(
                            f,
                            register(scratch, slot, a),
                            scratch.array(slot, to),
                            scratch.array(slot, registerCount),
                            n);
                case Apply2(BinaryFunction f, int a, int b, int to) ->
                    VectorMath.apply(
                            f, register(scratch, slot, a), register(scratch, slot, b), scratch.array(slot, to), n);
            }
        }
        return register(scratch, slot, result);
    }

    private float[] register(Scratch scratch, int slot, int index) {
        return index < 0 ? constants.get(-1 - index) : scratch.array(slot, index);
    }
}
