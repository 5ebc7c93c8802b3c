package dev.striate.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every constraint on shapes, violated once: code, sentence and fix. */
class ShapeErrorsTest {
    private static final TensorType VECTOR = f32(Dim.N, Dim.of(8));
    private static final TensorType LABEL = TensorType.classes(10, Shape.of(Dim.N));
    private static final TensorType MAP = map(6, 27);

    private static TensorType f32(Dim... dims) {
        return TensorType.f32(Shape.of(dims));
    }

    private static TensorType map(int channels, int size) {
        return f32(Dim.N, Dim.of(channels), Dim.of(size), Dim.of(size));
    }

    private static Op op(String name, Object... attrs) {
        OpSpec<?> spec = Ops.byName(name).orElseThrow();
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < attrs.length; i += 2) {
            values.put((String) attrs[i], attrs[i + 1]);
        }
        return spec.make(new Args(spec, values));
    }

    private static Arguments wrong(Code code, String says, Op op, TensorType... data) {
        return arguments(code, says, op, Arrays.asList(data));
    }

    static Stream<Arguments> cases() {
        return Stream.of(windows(), classes(), others()).flatMap(s -> s);
    }

    private static Stream<Arguments> windows() {
        Op conv = op("conv", "filters", 4, "kernel", Extent.square(3));
        Op pool = op("max_pool", "kernel", Extent.square(2));
        Op strided = op("conv", "filters", 4, "kernel", Extent.square(2), "stride", Extent.square(2));
        Op groups = op("conv", "filters", 4, "kernel", Extent.ONE, "groups", 4);
        Op groupedFilters = op("conv", "filters", 4, "kernel", Extent.ONE, "groups", 3);
        Op dilated = op(
                "conv", "filters", 4, "kernel", Extent.square(3), "dilation", Extent.square(9), "pad", Padding.of(1));
        TensorType symbolic =
                f32(Dim.N, Dim.of(6), Dim.symbol("H").times(Dim.of(2)).plus(Dim.of(1)), Dim.symbol("W"));
        TensorType anyChannels = f32(Dim.N, Dim.symbol("C"), Dim.of(9), Dim.of(9));
        return Stream.of(
                wrong(Code.SHAPE, "conv takes a feature map [N, C, H, W]", conv, VECTOR),
                wrong(Code.SHAPE, "conv takes a feature map [N, C, H, W]", conv, f32(Dim.N, Dim.of(3), Dim.of(3))),
                wrong(Code.SHAPE, "max_pool takes a feature map", pool, VECTOR),
                wrong(Code.ELEMENT, "conv computes with floats", conv, LABEL),
                wrong(Code.SHAPE, "conv needs a known number of channels, not C", conv, anyChannels),
                wrong(Code.GROUPS, "groups=4 does not divide 6 incoming channels", groups, MAP),
                wrong(Code.GROUPS, "groups=3 does not divide 4 filters", groupedFilters, MAP),
                wrong(Code.WINDOW_TOO_LARGE, "conv with a window of 3x3 does not fit into 2x2", conv, map(6, 2)),
                wrong(
                        Code.WINDOW_TOO_LARGE,
                        "reaches over 19x19, does not fit into 9x9 with pad=1",
                        dilated,
                        map(6, 9)),
                wrong(Code.WINDOW_TOO_LARGE, "max_pool with a window of 2x2 does not fit into 1x1", pool, map(6, 1)),
                wrong(Code.TILING, "a 2x2 window with stride 2 does not tile a 27x27 input", strided, MAP),
                wrong(Code.TILING, "a 2x2 window with stride 2 does not tile a 27x27 input", pool, MAP),
                wrong(Code.TILING, "does not tile a (2*H + 1)x(W) input", strided, symbolic));
    }

    private static Stream<Arguments> classes() {
        TensorType scores = f32(Dim.N, Dim.of(10));
        TensorType four = f32(Dim.of(4), Dim.of(10));
        Op loss = op("cross_entropy");
        return Stream.of(
                wrong(Code.ELEMENT, "cross_entropy computes with floats", loss, LABEL, LABEL),
                wrong(Code.ELEMENT, "cross_entropy compares with a class label", loss, scores, scores),
                wrong(Code.SHAPE, "cross_entropy takes scores [N, K]", loss, map(10, 1), LABEL),
                wrong(
                        Code.SHAPE,
                        "cross_entropy takes scores [N, K] and a label",
                        loss,
                        scores,
                        TensorType.classes(10, Shape.of(Dim.N, Dim.of(3)))),
                wrong(Code.SHAPE, "cross_entropy needs two values of one shape", loss, four, LABEL),
                wrong(Code.CLASSES, "cross_entropy needs as many scores as there are classes", loss, VECTOR, LABEL),
                wrong(Code.CLASSES, "top1 needs as many scores as there are classes", op("top1"), VECTOR, LABEL),
                wrong(Code.ELEMENT, "one_hot takes a class label", op("one_hot", "classes", 10), scores),
                wrong(Code.CLASSES, "one_hot of 3 classes takes", op("one_hot", "classes", 3), LABEL),
                wrong(Code.CLASSES, "topk with k=11 asks for more than", op("topk", "k", 11), scores, LABEL));
    }

    private static Stream<Arguments> others() {
        TensorType scalar = TensorType.f32(Shape.SCALAR);
        TensorType anyWidth = f32(Dim.N, Dim.symbol("C"));
        Op fc = op("fc", "units", 3);
        Op quadratic = op("quadratic");
        return Stream.of(
                wrong(Code.SHAPE, "fc takes [N, C]", fc, MAP),
                wrong(Code.SHAPE, "fc takes [N, C]", fc, f32(Dim.N)),
                wrong(Code.SHAPE, "fc needs a known number of channels", fc, anyWidth),
                wrong(Code.ELEMENT, "fc computes with floats", fc, LABEL),
                wrong(Code.SHAPE, "flatten takes [N, …]", op("flatten"), f32(Dim.N)),
                wrong(Code.ELEMENT, "flatten computes with floats", op("flatten"), LABEL),
                wrong(Code.SHAPE, "softmax works along axis C", op("softmax"), f32(Dim.N)),
                wrong(Code.ELEMENT, "relu computes with floats", op("relu"), LABEL),
                wrong(Code.ELEMENT, "dropout computes with floats", op("dropout", "p", 0.5), LABEL),
                wrong(Code.SHAPE, "quadratic needs two values of one shape", quadratic, VECTOR, MAP),
                wrong(Code.SHAPE, "quadratic averages over a batch", quadratic, scalar, scalar),
                wrong(Code.ELEMENT, "quadratic computes with floats", quadratic, VECTOR, LABEL),
                wrong(Code.SHAPE, "add needs two values of one shape", MergeOp.add(), VECTOR, MAP));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isReported(Code code, String says, Op op, List<TensorType> data) {
        ShapeError error =
                catchThrowableOfType(ShapeError.class, () -> op.spec().type(op, data));
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.sentence()).contains(says).doesNotEndWith(".");
        assertThat(error.fix()).isNotBlank();
        assertThat(error.remarks()).isNotEmpty().allSatisfy(remark -> {
            assertThat(remark.text()).endsWith("here");
            assertThat(remark.input()).isLessThan(data.size());
            assertThat(remark.axes())
                    .allMatch(axis -> axis < data.get(remark.input()).shape().rank());
        });
    }
}
