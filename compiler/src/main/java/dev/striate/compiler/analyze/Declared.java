package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What the statements of a net declare, before any of them is looked at closely. */
final class Declared {
    private Declared() {}

    /** Where each name of a value is declared, labelled braces apart, which have names of their own. */
    static Map<String, Span> in(List<Ast.Stmt> body) {
        Map<String, Span> names = new HashMap<>();
        BiConsumer<Ast.Name, Span> add = (name, span) -> names.putIfAbsent(name.text(), span);
        for (Ast.Stmt statement : body) {
            switch (statement) {
                case Ast.Input i -> add.accept(i.name(), i.name().span());
                case Ast.Label l -> add.accept(l.name(), l.name().span());
                case Ast.Let l -> l.names().forEach(n -> add.accept(n, n.span()));
                case Ast.Output o -> add.accept(o.name(), o.name().span());
                default -> {}
            }
        }
        for (Ast.Step step : steps(body, false)) {
            if (step.label() != null) {
                add.accept(step.label(), step.label().span());
            }
            if (step.what() instanceof Ast.OutputStep o) {
                add.accept(o.name(), o.name().span());
            }
        }
        return names;
    }

    /** Whether there is an output. */
    static boolean hasOutput(List<Ast.Stmt> body) {
        return body.stream().anyMatch(Ast.Output.class::isInstance)
                || steps(body, true).stream().anyMatch(s -> s.what() instanceof Ast.OutputStep);
    }

    /** The steps of all chains and in plain braces, and in labelled ones, too, where {@code everywhere}. */
    private static List<Ast.Step> steps(List<Ast.Stmt> body, boolean everywhere) {
        List<Ast.Step> steps = new ArrayList<>();
        for (Ast.Stmt statement : body) {
            switch (statement) {
                case Ast.ChainStmt c -> collect(c.chain(), everywhere, steps);
                case Ast.Let l when l.value() instanceof Ast.Chain c -> collect(c, everywhere, steps);
                case Ast.Output o when o.value() instanceof Ast.Chain c -> collect(c, everywhere, steps);
                default -> {}
            }
        }
        return steps;
    }

    private static void collect(Ast.Chain chain, boolean everywhere, List<Ast.Step> steps) {
        for (Ast.Step step : chain.steps()) {
            steps.add(step);
            if (step.what() instanceof Ast.Group g && (everywhere || step.label() == null)) {
                collect(g.body(), everywhere, steps);
            }
        }
    }
}
