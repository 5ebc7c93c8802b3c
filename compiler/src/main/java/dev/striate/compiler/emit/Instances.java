package dev.striate.compiler.emit;

import com.palantir.javapoet.ArrayTypeName;
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
        List<String> arguments =
                instance.arguments().stream().map(Place::fromSession).toList();
        Fragment path = new Fragment().string(instance.call().path());
        Fragment use = new Fragment().string(instance.call().use());
        session.record(
                new Fragment().text(field).text(" = ").add(instance.type().create(path, use, arguments)),
                JavaEmitter.place(instance.span()));
        session.run(field);
    }

    private void loop() {
        Iteration first = Objects.requireNonNull(pending.getFirst().iteration());
        Iteration last = Objects.requireNonNull(pending.getLast().iteration());
        String array = session.names.unique(first.base() + first.suffix(), "Loop");
        pending.forEach(
                p -> p.named(array, Objects.requireNonNull(p.iteration()).index()));
        List<String> arguments = new ArrayList<>();
        for (int slot = 0; slot < pending.getFirst().arguments().size(); slot++) {
            String argument = argument(slot);
            if (argument == null) {
                session.names.free(array);
                pending.forEach(this::single);
                return;
            }
            arguments.add(argument);
        }
        BlockClass type = pending.getFirst().type();
        session.field(ArrayTypeName.of(type.type()), array);
        int length = Math.max(first.index(), last.index()) + 1;
        session.record(
                new Fragment().text(array + " = new " + type.type() + "[" + length + "]"),
                JavaEmitter.place(pending.getFirst().span()));
        Fragment path = new Fragment().string(first.isUse() ? first.base() : first.path());
        Fragment use = new Fragment().text("\"@\" + " + variable);
        String element = array + "[" + variable + "]";
        session.repeat(
                header(array, first.index(), last.index()),
                new Fragment()
                        .text(element + " = ")
                        .add(type.create(first.isUse() ? path : path.text(" + " + variable), use, arguments)),
                new Fragment().text(element + ".run()"));
    }

    private String header(String array, int first, int last) {
        String begin = "for (int " + variable + " = ";
        return step > 0
                ? begin + first + "; " + variable + " < " + array + ".length; " + variable + "++)"
                : begin + array + ".length - 1; " + variable + " >= " + last + "; " + variable + "--)";
    }

    /** One argument in all iterations, where that of one end may differ; null when it has no such form. */
    private @Nullable String argument(int slot) {
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
            return absolute.getFirst();
        }
        if (areEqual(relative)) {
            return relative.getFirst();
        }
        boolean isFirst = areEqual(relative.subList(1, n));
        if (!isFirst && !areEqual(relative.subList(0, n - 1))) {
            return null;
        }
        int other = isFirst ? 0 : n - 1;
        int index = Objects.requireNonNull(pending.get(other).iteration()).index();
        return variable + " == " + index + " ? " + absolute.get(other) + " : " + relative.get(isFirst ? 1 : 0);
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
