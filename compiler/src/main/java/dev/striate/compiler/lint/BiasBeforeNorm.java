package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.source.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A bias that is added right before a batch normalization takes it away again with the mean (Ioffe and Szegedy 2015,
 * section 3.2). A layer that is written out several times, in a block, is meant when this holds each time.
 */
final class BiasBeforeNorm implements Lint {
    @Override
    public void check(Subject subject, Report report) {
        Map<Span, Node> found = new LinkedHashMap<>();
        Map<Span, Boolean> useful = new LinkedHashMap<>();
        subject.forEachNode((layer, net) -> bias(layer).ifPresent(bias -> {
            boolean lost = net.users(bias).stream().allMatch(user -> feedsNorm(user, net));
            found.putIfAbsent(layer.origin().span(), layer);
            useful.merge(layer.origin().span(), !lost, Boolean::logicalOr);
        }));
        found.values().stream()
                .filter(layer -> !useful.getOrDefault(layer.origin().span(), true))
                .forEach(layer -> report.add(about(layer), layer));
    }

    /** The bias of a linear layer that has one. */
    private static Optional<Node> bias(Node layer) {
        boolean biased = LinearPairs.LINEAR.contains(layer.operation().name())
                && layer.inputs().size() == 3;
        return biased ? Optional.of(layer.input(2)) : Optional.empty();
    }

    private static boolean feedsNorm(Node layer, Wiring net) {
        return net.hasOneUser(layer)
                && net.users(layer).getFirst().operation().name().equals("batch_norm");
    }

    private static Diagnostic.Builder about(Node layer) {
        String name = layer.operation().name();
        return Diagnostic.warning(
                        Code.BIAS_BEFORE_NORM,
                        layer.origin().span(),
                        "the bias of this `" + name + "` has no effect: the `batch_norm` behind it subtracts it again")
                .label("learns " + layer.input(2).shape().dim(0) + " numbers in vain")
                .fix("write `bias=false`");
    }
}
