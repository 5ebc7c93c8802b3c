package dev.striate.compiler;

import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/operators.md}: every layer, loss and metric with its arguments, as {@link Ops} describes them. */
class OperatorTableTest {
    private static final Path FILE = Path.of("../docs/operators.md");

    @Test
    void table() throws IOException {
        Golden.compare(
                FILE,
                """
                # Layers, losses and metrics

                What the first column shows is how it is written; what has a `=` may be left out, and has that value then. `…` stands
                for a value that follows from the others. The first operand of a layer comes in along the chain: in
                `image -> conv(16, 3)` that is `image`, and for a merge such as `add { … | … }` it is every branch. Beside these there are `identity`, `split` and `residual`, which leave no
                operator behind; see the [guide](language.md). The last column has the operators of ONNX, opset %d, that do the work in what `striate export` writes.

                """.formatted(OnnxGraph.OPSET) + section("Layers", Set.of(Category.LAYER)) + """
                ## Layers for training

                In force in training only; otherwise they are the identity.

                """
                        + rows(Set.of(Category.TRAINING_LAYER)) + "\n"
                        + section("Losses", Set.of(Category.LOSS))
                        + section("Metrics", Set.of(Category.METRIC)).stripTrailing() + "\n");
        Golden.failAfterUpdate(FILE);
    }

    private static String section(String title, Set<Category> categories) {
        return "## " + title + "\n\n" + rows(categories) + "\n";
    }

    private static String rows(Set<Category> categories) {
        return "| written | does | arguments | ONNX |\n|---|---|---|---|\n"
                + Ops.ALL.stream()
                        .filter(s -> categories.contains(s.category()))
                        .sorted(Comparator.comparing(OpSpec::name))
                        .map(s ->
                                "| `%s` | %s | %s | %s |\n".formatted(written(s), cell(s.doc()), arguments(s), onnx(s)))
                        .collect(Collectors.joining());
    }

    private static String written(OpSpec<?> spec) {
        boolean layer = spec.category() == Category.LAYER || spec.category() == Category.TRAINING_LAYER;
        var operands = spec.operands().stream().skip(layer ? 1 : 0);
        String all = Stream.concat(
                        operands.map(o -> spec.isVariadic() ? o + "…" : o),
                        spec.attrs().stream().map(OperatorTableTest::attribute))
                .collect(Collectors.joining(", "));
        return spec.name() + (all.isEmpty() ? "" : "(" + all + ")");
    }

    private static String attribute(Attr attr) {
        if (attr.required()) {
            return attr.name();
        }
        Object value = attr.fallback();
        return attr.name() + "=" + (value == null ? "…" : value.toString().toLowerCase(Locale.ROOT));
    }

    private static String arguments(OpSpec<?> spec) {
        return spec.attrs().stream()
                .map(a -> "`%s`: %s".formatted(a.name(), cell(a.doc())))
                .collect(Collectors.joining("; "));
    }

    private static String onnx(OpSpec<?> spec) {
        return spec.hasOnnx() ? "`" + spec.onnx().replace(", ", "`, `") + "`" : "none: " + spec.onnx();
    }

    /** A sentence without its full stop, safe within a table. */
    private static String cell(String text) {
        return text.strip().replaceAll("\\.$", "").replace("|", "\\|").replaceAll("\\s+", " ");
    }
}
