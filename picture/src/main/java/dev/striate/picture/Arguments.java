package dev.striate.picture;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The arguments of operators with the values that they have, in the notation of {@code .cnn} files. */
final class Arguments {
    private Arguments() {}

    /** What says little about the form of a net, and is long. */
    private static final Set<String> LEFT_OUT = Set.of("init", "round", "withoutBias");

    /** The arguments that differ from the defaults, but for bias, rounding and initial values: {@code [64, 3x3, stride=2]}. */
    static List<String> of(Node node) {
        if (!(node.operation() instanceof Op op)) {
            return List.of();
        }
        KernelCall call = op.spec().kernel(node);
        List<String> all = new ArrayList<>();
        Iterator<Object> values = call.args().iterator();
        for (Attr attr : op.spec().attrs()) {
            if (values.hasNext()) {
                add(attr, values, node, all);
            }
        }
        call.options().stream()
                .filter(o -> !LEFT_OUT.contains(o.name()))
                .map(Arguments::option)
                .forEach(all::add);
        return all;
    }

    private static void add(Attr attr, Iterator<Object> values, Node node, List<String> all) {
        Object value = values.next();
        boolean isChoice = attr.kind() == Attr.Kind.ROUNDING || attr.kind() == Attr.Kind.INTERPOLATION;
        if (value instanceof Enum<?> && !isChoice) { // which of several operators the kernel is
            if (!values.hasNext()) {
                return;
            }
            value = values.next();
        }
        String text = switch (attr.kind()) {
            case EXTENT -> values.hasNext() ? value + "x" + values.next() : value.toString();
            case AXIS, AXES -> value instanceof Integer axis ? axis(axis, node) : text(value);
            default -> text(value);
        };
        if (attr.required()) {
            all.add(text);
        } else if (attr.fallback() == null || !text.equals(text(attr.fallback()))) {
            all.add(attr.name() + "=" + text);
        }
    }

    private static String axis(int axis, Node node) {
        String name = Axis.name(axis, node.input(0).shape().rank());
        return name.length() == 1 ? name : Integer.toString(axis);
    }

    private static String option(KernelCall.Option option) {
        String name = option.name();
        List<String> values = option.args().stream().map(Arguments::text).toList();
        if (values.isEmpty()) {
            return name;
        }
        boolean same = values.stream().distinct().count() == 1;
        return name + "=" + (same ? values.getFirst() : values.size() == 2 ? String.join("x", values) : values);
    }

    private static String text(Object value) {
        return switch (value) {
            case Double d -> number(d);
            case Axis a -> a.written();
            case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
            default -> value.toString();
        };
    }

    /** A number without needless digits: {@code 0.5}, {@code 1e-5}, {@code 2}. */
    static String number(double value) {
        if (value != 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)) {
            BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
            int exponent = exact.precision() - exact.scale() - 1;
            return exact.movePointLeft(exponent).toPlainString() + "e" + exponent;
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
