package dev.striate.compiler.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Visits the tree of a net or block: statements, chains and expressions. */
public final class Walk {
    private Walk() {}

    /** All that {@code parts} consist of, themselves first, in the order of the text; words that name something apart. */
    public static List<Ast> all(Collection<? extends Ast> parts) {
        List<Ast> found = new ArrayList<>();
        Deque<Ast> waiting = new ArrayDeque<>(parts);
        while (!waiting.isEmpty()) {
            Ast next = waiting.pop();
            found.add(next);
            children(next).toList().reversed().forEach(waiting::push);
        }
        return found;
    }

    private static Stream<Ast> children(Ast part) {
        return switch (part) {
            case Ast.Stmt s -> ofStatement(s);
            case Ast.Expr e -> ofExpression(e);
            case Ast.Param p -> present(p.type(), p.defaultValue());
            case Ast.Type t -> t.dims().stream().map(d -> d);
            case Ast.Step s -> Stream.of(s.what());
            case Ast.Repeat r -> present(r.count(), r.body());
            case Ast.For f -> present(f.elements(), f.body());
            case Ast.If i -> Stream.concat(present(i.condition(), i.then()), present(i.otherwise()));
            case Ast.Group g -> Stream.of(g.body());
            case Ast.Each e -> present(e.elements(), e.body());
            case Ast.Arg a -> Stream.of(a.value());
            default -> Stream.empty();
        };
    }

    private static Stream<Ast> ofStatement(Ast.Stmt statement) {
        return switch (statement) {
            case Ast.Input i -> Stream.concat(present(i.type(), i.source()), i.where().stream());
            case Ast.Label l -> Stream.concat(present(l.type()), l.where().stream());
            case Ast.Let l -> present(l.value());
            case Ast.Output o -> present(o.value());
            case Ast.Learned l -> present(l.type(), l.init());
            case Ast.Shared s -> present(s.block());
            case Ast.Defaults d -> d.calls().stream().map(c -> c);
            case Ast.When w -> w.body().stream().map(s -> s);
            case Ast.Loss l -> present(l.value());
            case Ast.Metric m -> present(m.value());
            case Ast.Objective o -> present(o.value());
            case Ast.Assert a -> Stream.concat(present(a.condition()), a.at().stream());
            case Ast.ChainStmt c -> present(c.chain());
        };
    }

    private static Stream<Ast> ofExpression(Ast.Expr expression) {
        return switch (expression) {
            case Ast.Chain c -> c.steps().stream().map(s -> s);
            case Ast.Call c -> c.args().stream().map(a -> a);
            case Ast.Merge m -> Stream.concat(present(m.call()), m.branches().stream());
            case Ast.Member m -> present(m.target());
            case Ast.Index i -> present(i.target(), i.index());
            case Ast.Unary u -> present(u.operand());
            case Ast.Binary b -> present(b.left(), b.right());
            case Ast.Conditional c -> Stream.of(c.condition(), c.then(), c.otherwise());
            case Ast.ListLiteral l -> l.elements().stream().map(e -> e);
            case Ast.Tuple t -> t.elements().stream().map(e -> e);
            case Ast.Ref r -> Stream.empty();
            case Ast.Text t -> Stream.empty();
            case Ast.Num n -> Stream.empty();
            case Ast.Quantity q -> Stream.empty();
            case Ast.Extent e -> Stream.empty();
            case Ast.Bool b -> Stream.empty();
        };
    }

    /** Those that are there. */
    private static Stream<Ast> present(@Nullable Ast... parts) {
        return Arrays.stream(parts).filter(Objects::nonNull).map(p -> p);
    }
}
