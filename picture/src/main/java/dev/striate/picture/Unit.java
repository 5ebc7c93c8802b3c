package dev.striate.picture;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is drawn as one box: an operation, and those that follow it alone and keep the shape, such as its activation. */
final class Unit {
    private final Node head;
    private final List<Node> pills = new ArrayList<>();

    Unit(Node head) {
        this.head = head;
    }

    /** The first operation. */
    Node head() {
        return head;
    }

    /** What follows it, in order. */
    List<Node> pills() {
        return pills;
    }

    /** The operation whose value others see. */
    Node last() {
        return pills.isEmpty() ? head : pills.getLast();
    }

    /** All operations, in order. */
    Stream<Node> nodes() {
        return Stream.concat(Stream.of(head), pills.stream());
    }

    /** Whether it is the meeting of several values and small, such as {@code +}. */
    boolean isMerge() {
        return Family.of(head) == Family.MERGE;
    }

    /** What comes in: values, and learned tensors that are no part of the operator. */
    List<Node> inputs() {
        return data(head);
    }

    /** The operands of a node that are drawn as values of their own. */
    static List<Node> data(Node node) {
        return node.operation() instanceof Op op ? op.spec().data(node) : List.of();
    }

    /** The learned tensors that belong to the operations. */
    List<Node> params() {
        return nodes().flatMap(n -> n.inputs().stream().skip(data(n).size()))
                .filter(Node::isParam)
                .toList();
    }

    /** Whether an operation may follow another in its box: it takes one value and gives one of the same shape. */
    static boolean isPill(Node node) {
        if (!(node.operation() instanceof Op op) || data(node).size() != 1) {
            return false;
        }
        Category category = op.spec().category();
        return (category == Category.LAYER || category == Category.TRAINING_LAYER)
                && node.type().equals(node.input(0).type())
                && Family.keepsPlaces(node);
    }

    /** Whether something may follow in the same box. */
    boolean takesPills() {
        return !(head.operation() instanceof Source) && !isMerge() && !inputs().isEmpty();
    }
}
