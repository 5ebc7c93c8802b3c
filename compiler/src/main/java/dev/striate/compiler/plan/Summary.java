package dev.striate.compiler.plan;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.pass.Pipelines;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a net costs at one batch size, and at one size of its inputs.
 *
 * @param sizes of the batch N and of the symbolic dimensions
 * @param rows one for each layer
 * @param params learned numbers of inference, as {@code params()} counts them
 * @param trainingParams those of layers that only training uses as well
 * @param statistics running statistics, which are stored with them and not counted among them
 * @param macs multiply-accumulate operations of a forward pass in inference
 * @param inferenceBytes the planned arena of the forward pass: all values, reused by lifetime
 * @param trainingBytes the same for a training step with its gradients; 0 for a net without a loss
 */
public record Summary(
        Map<String, Long> sizes,
        List<Row> rows,
        long params,
        long trainingParams,
        long statistics,
        long macs,
        long inferenceBytes,
        long trainingBytes) {
    /** Copies the collections. */
    public Summary {
        sizes = Collections.unmodifiableMap(new TreeMap<>(sizes));
        rows = List.copyOf(rows);
    }

    /**
     * One layer.
     *
     * @param path its path
     * @param shape the shape of its result, with the symbols that the file has
     * @param sizes the same in numbers
     * @param params its learned numbers
     * @param macs its multiply-accumulate operations
     * @param field the receptive field, stride and offset of its result, such as {@code 14x14 / 4x4 / -2x-2}; null
     *     where every element sees the whole input
     * @param bytes the size of its result
     */
    public record Row(
            String path,
            String shape,
            String sizes,
            long params,
            long macs,
            @Nullable String field,
            long bytes) {}

    /**
     * The summary of a net.
     *
     * @param sizes of the batch N and of the net's symbolic dimensions
     * @throws IllegalArgumentException when a tensor is too large at these sizes
     */
    public static Summary of(NetModel net, Map<String, Long> sizes) {
        Graph inference = net.inference();
        ReceptiveFields fields = ReceptiveFields.onInputs(inference, sizes);
        List<Row> rows = new ArrayList<>();
        for (Node node : inference.nodes()) {
            if (!node.isStored()) {
                rows.add(new Row(
                        node.path(),
                        node.shape().toString(),
                        node.shape().at(sizes).toString(),
                        params(node),
                        macs(node, sizes),
                        fields.of(node).map(Summary::text).orElse(null),
                        bytes(node, sizes)));
            }
        }
        long statistics = net.graph().sources(Source.State.class).stream()
                .mapToLong(s -> elements(s, sizes))
                .sum();
        Graph training = net.training();
        return new Summary(
                sizes,
                rows,
                learned(inference, sizes),
                learned(net.graph(), sizes),
                statistics,
                rows.stream().mapToLong(Row::macs).sum(),
                ArenaPlan.bytes(Pipelines.ALL.forInference(inference), sizes),
                training == null ? 0 : ArenaPlan.bytes(Pipelines.ALL.forTraining(training), sizes));
    }

    private static long learned(Graph graph, Map<String, Long> sizes) {
        return graph.params().stream().mapToLong(p -> elements(p, sizes)).sum();
    }

    /** {@code size / stride / offset}, each along H and W. */
    private static String text(ReceptiveFields.Area a) {
        return pair(a.h().size(), a.w().size()) + " / " + pair(a.h().stride(), a.w().stride()) + " / "
                + pair(a.h().offset(), a.w().offset());
    }

    private static String pair(Object h, Object w) {
        return h.equals(w) ? h.toString() : h + "x" + w;
    }

    private static long params(Node node) {
        return node.inputs().stream()
                .filter(Node::isParam)
                .mapToLong(p -> elements(p, Map.of()))
                .sum();
    }

    /** The multiply-accumulate operations of a node at given sizes. */
    public static long macs(Node node, Map<String, Long> sizes) {
        if (!(node.operation() instanceof Op op)) {
            return 0;
        }
        List<Node> data = op.spec().data(node);
        Rational macs = op.spec()
                .macs(op, data.stream().map(Node::type).toList(), node.type())
                .eval(sizes);
        return macs.num().longValueExact();
    }

    private static long elements(Node node, Map<String, Long> sizes) {
        return node.shape().at(sizes).elements();
    }

    static long bytes(Node node, Map<String, Long> sizes) {
        return Float.BYTES * elements(node, sizes);
    }
}
