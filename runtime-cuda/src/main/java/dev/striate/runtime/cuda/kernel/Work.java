package dev.striate.runtime.cuda.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a step has the device do: some calls in order, and what they need besides the operands.
 *
 * @param calls what is done, in order
 * @param scratch bytes of scratch memory
 * @param labels how to read a fault that the step notes; null when it reads no class indices
 * @param counts how many int32 the step counts for the host
 */
public record Work(List<Call> calls, long scratch, @Nullable Labels labels, int counts) {
    /** Copies the list. */
    public Work {
        calls = List.copyOf(calls);
    }

    /**
     * The class indices that a step reads.
     *
     * @param classes how many classes there are
     * @param placesOfSample how many of them belong to one sample
     */
    public record Labels(int classes, int placesOfSample) {
        /** What is said of an index that is out of range. */
        public String complaint(long place, int label) {
            return "the label of sample " + place / placesOfSample + " is " + label + ", but the " + classes
                    + " classes are numbered from 0 to " + (classes - 1);
        }
    }

    /** Calls that need nothing but operands. */
    public static Work of(Call... calls) {
        return new Work(List.of(calls), 0, null, 0);
    }

    /** With a call behind the others. */
    Work then(Call next) {
        List<Call> all = new ArrayList<>(calls);
        all.add(next);
        return new Work(all, scratch, labels, counts);
    }

    /** With relu of the result done by the library that computes it; null where it cannot. */
    @Nullable
    Work withRelu() {
        Call whole = switch (calls.getLast()) {
            case Call.Product p -> p.with(p.a(), p.b(), p.bias(), true);
            case Call.Convolution c -> null;
            case Call.Graph g -> null;
            case Call.Launch l -> null;
            case Call.Copy c -> null;
        };
        return whole == null ? null : new Work(List.of(whole), scratch, labels, counts);
    }

    /** The same on other operands: operand {@code i} becomes what {@code number} gives for it. */
    Work renumber(IntFunction<Arg> number) {
        return new Work(renumber(calls, number), scratch, labels, counts);
    }

    private static List<Call> renumber(List<Call> calls, IntFunction<Arg> number) {
        return calls.stream().map(c -> renumber(c, number)).toList();
    }

    private static Call renumber(Call call, IntFunction<Arg> number) {
        return switch (call) {
            case Call.Launch l ->
                new Call.Launch(
                        l.source(),
                        l.blocks(),
                        l.args().stream()
                                .map(a -> a instanceof Arg.In(int i) ? number.apply(i) : a)
                                .toList());
            case Call.Copy(Arg from) -> new Call.Copy(from instanceof Arg.In(int i) ? number.apply(i) : from);
            case Call.Product p ->
                p.with(operand(p.a(), number), operand(p.b(), number), operand(p.bias(), number), p.relu());
            case Call.Convolution c ->
                new Call.Convolution(
                        c.kind(),
                        c.shape(),
                        operand(c.first(), number),
                        operand(c.second(), number),
                        operand(c.bias(), number),
                        operand(c.addend(), number),
                        c.relu(),
                        renumber(c.otherwise(), number));
            case Call.Graph g ->
                new Call.Graph(
                        g.shape(),
                        operand(g.x(), number),
                        operand(g.weight(), number),
                        operand(g.bias(), number),
                        operand(g.addend(), number),
                        g.activation(),
                        renumber(g.otherwise(), number));
        };
    }

    private static int operand(int index, IntFunction<Arg> number) {
        if (index < 0) {
            return index;
        }
        if (number.apply(index) instanceof Arg.In(int other)) {
            return other;
        }
        throw new IllegalArgumentException("a library reads operands only");
    }

    /** With other calls for some. */
    public Work replacing(Function<Call, List<Call>> others) {
        return new Work(
                calls.stream().flatMap(call -> others.apply(call).stream()).toList(), scratch, labels, counts);
    }

    /** With scratch memory for float32 numbers. */
    public Work withScratch(long floats) {
        return new Work(calls, Float.BYTES * floats, labels, counts);
    }

    /** With class indices among the operands. */
    public Work reading(Labels read) {
        return new Work(calls, scratch, read, counts);
    }

    /** With numbers that are counted for the host. */
    public Work counting(int numbers) {
        return new Work(calls, scratch, labels, numbers);
    }
}
