package dev.striate.compiler.emit;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import dev.striate.compiler.emit.BlockForm.Place;
import dev.striate.compiler.emit.Instance.Iteration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the instances of a session. Iterations of a loop that are written alike stay a loop over an array. */
final class Instances {
    private final Part session;
    /** What counts the iterations, {@code i} unless a size is called so. */
    private final String variable;

    private final List<Instance> pending = new ArrayList<>();
    /** 1 or -1, once two iterations are pending: gradients go backwards. */
    private int step;

    Instances(Part session, String variable) {
        this.session = session;
        this.variable = variable;
    }

    /** Adds an instance, which may go on with the loop of those before. */
    void add(Instance instance) {
        if (!goesOn(instance)) {
            flush();
        }
        pending.add(instance);
    }

    private boolean goesOn(Instance instance) {
        if (pending.isEmpty()) {
            return true;
        }
        Instance last = pending.getLast();
        if (pending.size() == 1) {
            step = instance.follows(last, 1) ? 1 : -1;
        }
        return instance.follows(last, step);
    }

    /** Writes what is pending, so that other statements can follow. */
    void flush() {
        if (pending.size() > 1) {
            loop();
        } else {
            pending.forEach(this::single);
        }
        pending.clear();
    }

    private void single(Instance instance) {
        String field = session.names.unique(instance.name(), "Part");
        instance.named(field);
        session.field(instance.type().type(), field);
        CodeBlock arguments = CodeBlock.join(
                instance.arguments().stream()
                        .map(a -> CodeBlock.of("$L", a.fromSession()))
                        .toList(),
                ", ");
        CodeBlock path = CodeBlock.of("$S", instance.call().path());
        CodeBlock use = CodeBlock.of("$S", instance.call().use());
        session.record(
                CodeBlock.of("$L = $L", field, instance.type().create(path, use, arguments)),
                JavaEmitter.place(instance.span()));
        session.run(field);
    }

    private void loop() {
        Iteration first = Objects.requireNonNull(pending.getFirst().iteration());
        Iteration last = Objects.requireNonNull(pending.getLast().iteration());
        String array = session.names.unique(first.base() + first.suffix(), "Loop");
        pending.forEach(
                p -> p.named(array, Objects.requireNonNull(p.iteration()).index()));
        List<CodeBlock> arguments = new ArrayList<>();
        for (int slot = 0; slot < pending.getFirst().arguments().size(); slot++) {
            CodeBlock argument = argument(slot);
            if (argument == null) {
                session.names.free(array);
                pending.forEach(this::single);
                return;
            }
            arguments.add(argument);
        }
        BlockClass type = pending.getFirst().type();
        session.field(ArrayTypeName.of(type.type()), array);
        session.record(
                CodeBlock.of("$L = new $T[$L]", array, type.type(), Math.max(first.index(), last.index()) + 1),
                JavaEmitter.place(pending.getFirst().span()));
        CodeBlock header = header(array, first.index(), last.index());
        CodeBlock path =
                first.isUse() ? CodeBlock.of("$S", first.base()) : CodeBlock.of("$S + $L", first.path(), variable);
        session.repeat(
                header,
                CodeBlock.of(
                        "$L[$L] = $L",
                        array,
                        variable,
                        type.create(path, CodeBlock.of("$S + $L", "@", variable), CodeBlock.join(arguments, ", "))),
                CodeBlock.of("$L[$L].run()", array, variable));
    }

    private CodeBlock header(String array, int first, int last) {
        return step > 0
                ? CodeBlock.of("for (int $1L = $2L; $1L < $3L.length; $1L++)", variable, first, array)
                : CodeBlock.of("for (int $1L = $2L.length - 1; $1L >= $3L; $1L--)", variable, array, last);
    }

    /** One argument in all iterations, where that of one end may differ; null when it has no such form. */
    private @Nullable CodeBlock argument(int slot) {
        List<String> absolute = new ArrayList<>();
        List<String> relative = new ArrayList<>();
        for (Instance instance : pending) {
            Place place = instance.arguments().get(slot);
            absolute.add(place.fromSession());
            relative.add(
                    relative(place, Objects.requireNonNull(instance.iteration()).index()));
        }
        int n = pending.size();
        if (areEqual(absolute)) {
            return CodeBlock.of("$L", absolute.getFirst());
        }
        if (areEqual(relative)) {
            return CodeBlock.of("$L", relative.getFirst());
        }
        boolean isFirst = areEqual(relative.subList(1, n));
        if (!isFirst && !areEqual(relative.subList(0, n - 1))) {
            return null;
        }
        int other = isFirst ? 0 : n - 1;
        return CodeBlock.of(
                "$L == $L ? $L : $L",
                variable,
                Objects.requireNonNull(pending.get(other).iteration()).index(),
                absolute.get(other),
                relative.get(isFirst ? 1 : 0));
    }

    /** All the same, and none of them missing. */
    private static boolean areEqual(List<String> all) {
        return !all.getFirst().isEmpty() && all.stream().allMatch(all.getFirst()::equals);
    }

    /** How iteration {@code i} reaches a value by its own number; empty when it does not. */
    private String relative(Place place, int i) {
        Instance owner = place.owner();
        if (owner == null || owner.array() == null) {
            return "";
        }
        int distance = owner.index() - i;
        String index = distance == 0 ? variable : variable + (distance < 0 ? " - " + -distance : " + " + distance);
        return owner.array() + "[" + index + "]" + (place.name().isEmpty() ? "" : "." + place.name());
    }
}
