package dev.striate.compiler.lint;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is looked at.
 *
 * @param file the tree
 * @param nets its nets, blocks written out
 */
record Subject(Ast.File file, List<Wiring> nets) {
    /** The nets and blocks that the file declares. */
    List<Declaration> declarations() {
        return file.decls().stream()
                .flatMap(d -> switch (d) {
                    case Ast.Net n -> Stream.of(new Declaration(false, n.params(), n.body()));
                    case Ast.Block b -> Stream.of(new Declaration(true, b.params(), b.body()));
                    default -> Stream.empty();
                })
                .toList();
    }

    /** A net or block as it was written. */
    record Declaration(boolean isBlock, List<Ast.Param> params, List<Ast.Stmt> body) {}

    /** Gives {@code visitor} every node of every net. */
    void forEachNode(Visitor visitor) {
        for (Wiring net : nets) {
            net.nodes().forEach(node -> visitor.visit(node, net));
        }
    }

    /** Takes a node, and the net that it belongs to. */
    @FunctionalInterface
    interface Visitor {
        /** Looks at a node. */
        void visit(Node node, Wiring net);
    }
}
