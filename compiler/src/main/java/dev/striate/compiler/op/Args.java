package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The checked arguments of an operator, by name; what was left out has its default. */
public final class Args {
    private final OpSpec<?> spec;
    private final Map<String, Object> values;

    /** The given values, of the Java types of their kinds, completed by the defaults of {@code spec}. */
    public Args(OpSpec<?> spec, Map<String, Object> given) {
        this.spec = spec;
        values = new HashMap<>();
        for (Attr attr : spec.attrs()) {
            Object value = given.getOrDefault(attr.name(), attr.fallback());
            if (value != null) {
                values.put(attr.name(), value);
            }
        }
    }

    /** The operator that is made of them. */
    public OpSpec<?> spec() {
        return spec;
    }

    private Object get(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** Whether it was given, or has a default. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** An axis. */
    public Axis axis(String name) {
        return (Axis) get(name);
    }

    /** One axis or several. */
    public List<Axis> axes(String name) {
        return list(name, Axis.class);
    }

    /** A size or place, which may be symbolic. */
    public Dim dim(String name) {
        return (Dim) get(name);
    }

    /** A shape. */
    public Shape shape(String name) {
        return new Shape(list(name, Dim.class));
    }

    <E> List<E> list(String name, Class<E> element) {
        return ((List<?>) get(name)).stream().map(element::cast).toList();
    }

    /** A whole number. */
    public int integer(String name) {
        return (Integer) get(name);
    }

    /** A whole number that is {@code other} when it was left out. */
    public int integerOr(String name, int other) {
        return values.containsKey(name) ? integer(name) : other;
    }

    /** A number. */
    public double number(String name) {
        return (Double) get(name);
    }

    /** True or false. */
    public boolean bool(String name) {
        return (Boolean) get(name);
    }

    /** An extent. */
    public Extent extent(String name) {
        return (Extent) get(name);
    }

    /** An extent that is {@code other} when it was left out. */
    public Extent extentOr(String name, Extent other) {
        return values.containsKey(name) ? extent(name) : other;
    }

    /** A padding. */
    public Padding padding(String name) {
        return (Padding) get(name);
    }

    /** What lies between pixels. */
    public Upsample.Mode interpolation(String name) {
        return (Upsample.Mode) get(name);
    }

    /** A rounding. */
    public Rounding rounding(String name) {
        return (Rounding) get(name);
    }

    /** An initializer. */
    public Init init(String name) {
        return (Init) get(name);
    }
}
