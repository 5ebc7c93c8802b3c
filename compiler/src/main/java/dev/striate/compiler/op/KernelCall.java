package dev.striate.compiler.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How generated code builds the description of a kernel: {@code conv(6, 5, 5).stride(2, 2).pad(2)}. Arguments are
 * numbers, strings, enums, initializers, calls, dimensions, or shapes, which are spread into their dimensions.
 *
 * @param owner the record of {@code dev.striate.core.kernel} with the factory
 * @param factory the name of the static factory
 * @param args its arguments
 * @param options what is called on the result, in order
 */
public record KernelCall(Class<?> owner, String factory, List<Object> args, List<Option> options) {
    /**
     * A method called on the description.
     *
     * @param name its name
     * @param args its arguments
     */
    public record Option(String name, List<Object> args) {}

    /** A call without options. */
    public static KernelCall of(Class<?> owner, String factory, Object... args) {
        return new KernelCall(owner, factory, List.of(args), List.of());
    }

    /** With an option, where {@code wanted}. */
    public KernelCall with(boolean wanted, String name, Object... arguments) {
        return wanted ? with(new Option(name, List.of(arguments))) : this;
    }

    /** With an option. */
    KernelCall with(Option option) {
        List<Option> all = new ArrayList<>(options);
        all.add(option);
        return new KernelCall(owner, factory, args, List.copyOf(all));
    }

    /** Close to the generated code: {@code conv(6, 5, 5).pad(2)}, {@code fill(1.0, [N, 10])}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(factory).append(list(args));
        options.forEach(o -> text.append('.').append(o.name()).append(list(o.args())));
        return text.toString();
    }

    private static String list(List<Object> args) {
        return args.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
