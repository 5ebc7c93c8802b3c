package dev.striate.compiler.lint;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Walk;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is looked at.
 *
 * @param declarations the nets and blocks that the file declares
 * @param nets its nets, blocks written out
 */
record Subject(List<Declaration> declarations, List<Wiring> nets) {
    /** The parts of a file, and its nets. */
    static Subject of(Ast.File file, List<Graph> nets) {
        List<Declaration> declarations = file.decls().stream()
                .flatMap(d -> switch (d) {
                    case Ast.Net n -> Stream.of(new Declaration(false, n.params(), n.body(), Walk.all(n.body())));
                    case Ast.Block b -> Stream.of(new Declaration(true, b.params(), b.body(), Walk.all(b.body())));
                    default -> Stream.empty();
                })
                .toList();
        return new Subject(declarations, nets.stream().map(Wiring::new).toList());
    }

    /**
     * A net or block as it was written.
     *
     * @param isBlock whether it is a block
     * @param params its parameters
     * @param body its statements
     * @param parts all that the body consists of
     */
    record Declaration(boolean isBlock, List<Ast.Param> params, List<Ast.Stmt> body, List<Ast> parts) {}

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
