package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.Arg;
import dev.striate.core.expr.Expr.Binary;
import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.Const;
import dev.striate.core.expr.Expr.Unary;
import dev.striate.core.expr.Expr.UnaryFunction;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An expression as a list of instructions over runs of vectors at {@link Places}: equal parts are computed once, and a
 * register is used again as soon as its value is not needed any more, so that all stay in the nearest cache. The first
 * places are the operands, the next the result; then come registers and constants. Only the last instruction writes the
 * result, so that it may lie where an operand lies.
 */
final class VectorProgram {
    /** Vectors that are worked on at a time: 8 KB. */
    static final int RUN = 8192 / BYTES;

    private enum Function {
        COPY,
        NEG,
        ABS,
        SQRT,
        EXP,
        LOG,
        TANH,
        SIGMOID,
        SOFTPLUS,
        ERF,
        ADD,
        SUB,
        MUL,
        DIV,
        MIN,
        MAX,
        GREATER,
        AT_LEAST,
        AT_MOST,
        MULTIPLY_ADD,
        MULTIPLY_WHERE
    }

    /** A function of up to three places, 0 for those that it does not have. */
    private record Instruction(Function f, int a, int b, int c, int to) {}

    private final int arity;
    private final Map<Expr, Integer> places = new HashMap<>();
    private final Map<Expr, Integer> uses = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final List<Instruction> instructions = new ArrayList<>();
    /** The numbers at those places that are not registers. */
    private final Map<Integer, Float> constants = new HashMap<>();

    private final Instruction[] code;
    private final int[] registers;
    private final MemorySegment constantMemory;
    private int count;

    /** Translates an expression over {@code arity} operands. */
    VectorProgram(Expr expr, int arity) {
        this.arity = arity;
        count = arity + 1;
        for (int i = 0; i < arity; i++) {
            places.put(Expr.arg(i), i);
        }
        read(expr);
        int last = translate(expr);
        if (instructions.isEmpty()) {
            instructions.add(new Instruction(Function.COPY, last, 0, 0, result()));
        } else {
            Instruction i = instructions.removeLast();
            instructions.add(new Instruction(i.f, i.a, i.b, i.c, result()));
        }
        code = instructions.toArray(Instruction[]::new);
        registers = IntStream.range(arity + 1, count)
                .filter(place -> !constants.containsKey(place))
                .toArray();
        constantMemory = Arena.ofAuto().allocate(Math.max(1, (long) constants.size() * BYTES), Tensor.ALIGNMENT);
    }

    /** Counts how often each part is read. */
    private void read(Expr e) {
        if (uses.merge(e, 1, Integer::sum) > 1) {
            return;
        }
        switch (e) {
            case Arg a -> {}
            case Const c -> {}
            case Unary(UnaryFunction f, Expr a) -> read(a);
            case Binary(BinaryFunction f, Expr a, Expr b) -> {
                read(a);
                read(b);
            }
        }
    }

    /** The place that holds a part's value after the instructions so far. */
    private int translate(Expr e) {
        Integer known = places.get(e);
        if (known != null) {
            return known;
        }
        int place = switch (e) {
            case Arg a -> throw new IllegalArgumentException("there is no operand " + a.index());
            case Const(double value) -> constant((float) value);
            case Unary(UnaryFunction f, Expr a) -> instruction(Function.valueOf(f.name()), a);
            case Binary b -> binary(b);
        };
        places.put(e, place);
        return place;
    }

    private int binary(Binary e) {
        Expr a = e.a();
        Expr b = e.b();
        return switch (e.function()) {
            case ADD ->
                isOnce(a, BinaryFunction.MUL)
                        ? joined(Function.MULTIPLY_ADD, (Binary) a, b, false)
                        : isOnce(b, BinaryFunction.MUL)
                                ? joined(Function.MULTIPLY_ADD, (Binary) b, a, false)
                                : instruction(Function.ADD, a, b);
            case MUL ->
                isOnce(b, BinaryFunction.GREATER)
                        ? joined(Function.MULTIPLY_WHERE, (Binary) b, a, true)
                        : isOnce(a, BinaryFunction.GREATER)
                                ? joined(Function.MULTIPLY_WHERE, (Binary) a, b, true)
                                : instruction(Function.MUL, a, b);
            case MAX ->
                isNumber(b)
                        ? instruction(Function.AT_LEAST, a, b)
                        : isNumber(a) ? instruction(Function.AT_LEAST, b, a) : instruction(Function.MAX, a, b);
            case MIN ->
                isNumber(b)
                        ? instruction(Function.AT_MOST, a, b)
                        : isNumber(a) ? instruction(Function.AT_MOST, b, a) : instruction(Function.MIN, a, b);
            case SUB, DIV, GREATER -> instruction(Function.valueOf(e.function().name()), a, b);
        };
    }

    private boolean isOnce(Expr e, BinaryFunction f) {
        return e instanceof Binary b && b.function() == f && uses.getOrDefault(e, 0) == 1 && !places.containsKey(e);
    }

    private static boolean isNumber(Expr e) {
        return e instanceof Const(double value) && !Double.isNaN(value);
    }

    /** An instruction of the two operands of a part that is read nowhere else, and of another, which may come first. */
    private int joined(Function f, Binary inner, Expr other, boolean first) {
        return first ? instruction(f, other, inner.a(), inner.b()) : instruction(f, inner.a(), inner.b(), other);
    }

    private int instruction(Function f, Expr... operands) {
        int[] from = new int[3];
        for (int i = 0; i < operands.length; i++) {
            from[i] = translate(operands[i]);
        }
        for (Expr e : operands) {
            release(e);
        }
        int to = free.isEmpty() ? count++ : free.pop();
        instructions.add(new Instruction(f, from[0], from[1], from[2], to));
        return to;
    }

    private int constant(float value) {
        constants.put(count, value);
        return count++;
    }

    /** Counts one reading of a part; the last one frees its register. */
    private void release(Expr e) {
        int left = uses.merge(e, -1, Integer::sum);
        int place = places.getOrDefault(e, 0);
        if (left == 0 && place > arity && !constants.containsKey(place)) {
            free.push(place);
        }
    }

    /** The number of the result's place. */
    int result() {
        return arity;
    }

    /** The scratch memory of one worker, in bytes: a run for every place. */
    long bytes() {
        return (long) count * RUN * BYTES;
    }

    /** The places of one worker, of which the constants' are set. */
    Places newPlaces() {
        Places all = new Places(count);
        int index = 0;
        for (Map.Entry<Integer, Float> c : constants.entrySet()) {
            for (int lane = 0; lane < LANES; lane++) {
                constantMemory.setAtIndex(JAVA_FLOAT, (long) index * LANES + lane, c.getValue());
            }
            all.set(c.getKey(), constantMemory, (long) index * BYTES, 0);
            index++;
        }
        return all;
    }

    /** Sets the places of all registers to a worker's scratch memory. */
    void useScratch(Places p, MemorySegment scratch) {
        for (int register : registers) {
            useScratch(p, register, scratch);
        }
    }

    /** Sets one place to its part of a worker's scratch memory, a run of vectors, and returns where that begins. */
    long useScratch(Places p, int place, MemorySegment scratch) {
        long at = (long) place * RUN * BYTES;
        p.set(place, scratch, at, BYTES);
        return at;
    }

    /** Computes up to {@link #RUN} vectors. */
    void run(Places p, int vectors) {
        for (Instruction i : code) {
            run(i, p, vectors);
        }
    }

    private static void run(Instruction i, Places p, int n) {
        switch (i.f) {
            case COPY -> VectorLoops.copy(p, i.a, i.to, n);
            case NEG -> VectorLoops.negate(p, i.a, i.to, n);
            case ABS -> VectorLoops.absolute(p, i.a, i.to, n);
            case SQRT -> VectorLoops.squareRoot(p, i.a, i.to, n);
            case EXP -> VectorLoops.exp(p, i.a, i.to, n);
            case LOG -> VectorLoops.log(p, i.a, i.to, n);
            case TANH -> VectorLoops.tanh(p, i.a, i.to, n);
            case SIGMOID -> VectorLoops.sigmoid(p, i.a, i.to, n);
            case SOFTPLUS -> VectorLoops.softplus(p, i.a, i.to, n);
            case ERF -> VectorLoops.erf(p, i.a, i.to, n);
            case ADD -> VectorLoops.add(p, i.a, i.b, i.to, n);
            case SUB -> VectorLoops.subtract(p, i.a, i.b, i.to, n);
            case MUL -> VectorLoops.multiply(p, i.a, i.b, i.to, n);
            case DIV -> VectorLoops.divide(p, i.a, i.b, i.to, n);
            case MIN -> VectorLoops.min(p, i.a, i.b, i.to, n);
            case MAX -> VectorLoops.max(p, i.a, i.b, i.to, n);
            case GREATER -> VectorLoops.greater(p, i.a, i.b, i.to, n);
            case AT_LEAST -> VectorLoops.atLeast(p, i.a, i.b, i.to, n);
            case AT_MOST -> VectorLoops.atMost(p, i.a, i.b, i.to, n);
            case MULTIPLY_ADD -> VectorLoops.multiplyAdd(p, i.a, i.b, i.c, i.to, n);
            case MULTIPLY_WHERE -> VectorLoops.multiplyWhere(p, i.a, i.b, i.c, i.to, n);
        }
    }
}
