package dev.striate.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.striate.core.kernel.Reshape;
import org.junit.jupiter.api.Test;

class OpSpecTest {
    private static OpSpec.Builder<DetachOp> withoutOnnx() {
        return OpSpec.<DetachOp>of("same", OpSpec.Category.INTERNAL)
                .doc("The same.")
                .operands("x")
                .type((op, data) -> data.get(0))
                .noMacs()
                .field(op -> Field.POINT)
                .notDifferentiable("a test")
                .eval((op, in, context) -> in.get(0))
                .kernel((op, node) -> KernelCall.of(Reshape.class, "reshape", node.shape()));
    }

    @Test
    void saysWhatItIsInOnnxOrWhyItIsNot() {
        assertThatNullPointerException()
                .isThrownBy(() -> withoutOnnx().build())
                .withMessage("ONNX nodes of same, or why there are none");
        assertThat(withoutOnnx().noOnnx("a test").build().hasOnnx()).isFalse();
        assertThat(withoutOnnx()
                        .onnx("Identity", (op, o) -> o.add("Identity", o.input(0)))
                        .build()
                        .hasOnnx())
                .isTrue();
    }
}
