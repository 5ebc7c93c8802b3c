package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Javadoc of generated classes. */
final class Docs {
    /** Of the inference session. */
    static final CodeBlock SESSION = CodeBlock.of(
            "The forward pass at one batch size. One thread at a time; open as many as there are threads.");

    /** Of the evaluation session. */
    static final CodeBlock EVALUATION =
            CodeBlock.of("The forward pass at one batch size, with the losses and metrics of the batch.");

    /** Of the training session. */
    static final CodeBlock TRAINING = CodeBlock.of(
            "A training step at one batch size: forward, losses and metrics, backward. It leaves the gradients of all"
                    + " parameters.");

    private Docs() {}

    /** Of the net: what its author wrote, then what goes in and comes out. */
    static CodeBlock net(NetModel net) {
        CodeBlock.Builder doc = CodeBlock.builder();
        String own = net.doc();
        doc.add("$L", own == null ? "The net " + net.name() + "." : escape(own.strip()));
        List<String> facts = new ArrayList<>();
        for (Node node : net.graph().nodes()) {
            if (node.isSource() && !node.isStored()) {
                String kind = node.operation() instanceof Source.Label ? "label" : "input";
                facts.add(kind + " {@code " + node.path() + "} " + node.type());
            }
        }
        for (Result output : net.graph().results(Kind.OUTPUT)) {
            facts.add("output {@code " + output.name() + "} " + output.node().type());
        }
        // Parameters of layers that nothing reads are not among the weights.
        long count = net.evaluation().params().stream()
                .mapToLong(p -> p.shape().at(Map.of()).elements())
                .sum();
        String list = String.join("; ", facts);
        doc.add(
                "\n\n<p>$L. $L parameters.",
                list.substring(0, 1).toUpperCase(Locale.ROOT) + list.substring(1),
                String.format(Locale.ROOT, "%,d", count));
        return doc.build();
    }

    /** Text that means itself in Javadoc: no markup, no tag, no end of the comment, no Unicode escape. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("*/", "*&#47;")
                .replace("@", "&#64;")
                .replace("\\", "&#92;")
                .replace("{", "&#123;");
    }
}
