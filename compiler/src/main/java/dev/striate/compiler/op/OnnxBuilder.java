package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/** What a rule sees and does that says which ONNX nodes compute a node. Values go by their names in the ONNX graph. */
public interface OnnxBuilder {
    /** The node that is exported. */
    Node node();

    /** The values of its operands: the data, then the parameters. */
    List<String> inputs();

    /** Adds an ONNX node with one result, and gives that. */
    String add(OnnxOp op, String... operands);

    /** The float32 constant of a shape, its elements in row-major order. */
    String floats(Sizes shape, float... values);

    /** The int64 constant {@code [values.length]}. */
    String integers(List<Long> values);

    /** Sizes as an int64 tensor with as many elements: a constant, or computed where one of them is symbolic. */
    String sizes(List<Dim> dims);

    /** The value of one operand. */
    default String input(int index) {
        return inputs().get(index);
    }

    /** Adds an ONNX node whose attributes have their defaults. */
    default String add(String type, String... operands) {
        return add(OnnxOp.of(type), operands);
    }

    /** The float32 constant that is a single number. */
    default String number(double value) {
        return floats(Sizes.SCALAR, (float) value);
    }

    /** The int64 constant that has these elements. */
    default String integers(int... values) {
        return integers(Arrays.stream(values).asLongStream().boxed().toList());
    }
}
