package dev.striate.compiler.op;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An operator of ONNX with its attributes, as the <a href="https://onnx.ai/onnx/operators/">specification</a> names them.
 *
 * @param type its name, such as {@code Conv}
 * @param attributes its attributes in the order of their names; those that are missing have their defaults
 */
public record OnnxOp(String type, SortedMap<String, Attribute> attributes) {
    /** The value of an attribute. */
    public sealed interface Attribute {
        /** A whole number. */
        record Whole(long value) implements Attribute {}

        /** A float. */
        record Real(float value) implements Attribute {}

        /** A text. */
        record Text(String value) implements Attribute {}

        /** Whole numbers. */
        record Wholes(List<Integer> values) implements Attribute {}
    }

    /** Copies the attributes. */
    public OnnxOp {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** An operator whose attributes all have their defaults. */
    public static OnnxOp of(String type) {
        return new OnnxOp(type, new TreeMap<>());
    }

    /** With a whole number. */
    public OnnxOp with(String name, long value) {
        return with(name, new Attribute.Whole(value));
    }

    /** With a float. */
    public OnnxOp with(String name, double value) {
        return with(name, new Attribute.Real((float) value));
    }

    /** With a text. */
    public OnnxOp with(String name, String value) {
        return with(name, new Attribute.Text(value));
    }

    /** With a list of whole numbers. */
    public OnnxOp withAll(String name, Integer... values) {
        return with(name, new Attribute.Wholes(Arrays.asList(values)));
    }

    private OnnxOp with(String name, Attribute value) {
        SortedMap<String, Attribute> all = new TreeMap<>(attributes);
        all.put(name, value);
        return new OnnxOp(type, all);
    }
}
