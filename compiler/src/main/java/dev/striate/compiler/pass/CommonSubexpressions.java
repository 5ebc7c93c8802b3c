package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Operation;
import dev.striate.compiler.op.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Equal operators of equal operands are computed once. Random ones are not equal, because their path says what they draw;
 * layers with parameters stay as they were written.
 *
 * <pre>
 * before:  x -> relu -> a;  x -> relu -> b        after:  x -> relu -> a;  relu -> b
 * </pre>
 */
final class CommonSubexpressions implements Rebuild.Rule {
    private record Key(Operation operation, List<Node> inputs) {}

    private final Map<Key, Node> known = new HashMap<>();

    /** The first node that computes the same. */
    @Override
    public Node replace(Node node, Rebuild graph) {
        Op op = Op.of(node);
        boolean hasParams = op.spec().data(node).size() < node.inputs().size();
        return op.spec().isRandom() || hasParams
                ? node
                : known.computeIfAbsent(new Key(op, node.inputs()), key -> node);
    }
}
