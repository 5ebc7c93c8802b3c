package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The segments of paths in one body, labelled braces or loop. A label is a segment of its own; an unlabelled layer or
 * call is its name and an ordinal, counted over the places in the text, those of branches that are not taken included,
 * so that the paths of parameters survive a change of configuration. What stands in arguments is counted last.
 */
final class Segments {
    private final IdentityHashMap<Ast, String> names = new IdentityHashMap<>();
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final Map<String, Span> automatic = new HashMap<>();
    private final Map<String, Span> labels = new HashMap<>();
    private final List<Ast.Expr> arguments = new ArrayList<>();
    private final Log log;
    private @Nullable Span loop;

    private Segments(Log log) {
        this.log = log;
    }

    /** Those of the statements of a net or block. Reports segments that would mean two things. */
    static Segments of(List<Ast.Stmt> body, Log log) {
        Segments segments = new Segments(log);
        body.forEach(segments::statement);
        return segments.finish();
    }

    /** Those of a loop's body, of labelled braces or of an argument. Reports segments that would mean two things. */
    static Segments of(Ast.StepKind inner, Log log) {
        Segments segments = new Segments(log);
        segments.action(inner);
        return segments.finish();
    }

    /** The segment of an unlabelled call, name or merge. */
    String of(Ast call) {
        return Objects.requireNonNull(names.get(call), () -> "no segment for " + call);
    }

    /** Whether a label, layer or call has this segment. */
    boolean isTaken(String segment) {
        return labels.containsKey(segment) || automatic.containsKey(segment);
    }

    private Segments finish() {
        for (int i = 0; i < arguments.size(); i++) { // arguments of arguments are added on the way
            expression(arguments.get(i));
        }
        automatic.forEach((segment, layer) -> {
            Span label = labels.get(segment);
            if (label != null) {
                log.add(Diagnostic.error(
                                Code.PATH_CLASH,
                                label,
                                "the name `" + segment + "` is also the path of a layer without a label")
                        .related(layer, "its parameters would be `" + segment + ".…`")
                        .fix("choose another name, or label that layer, too"));
            }
        });
        return this;
    }

    private void statement(Ast.Stmt statement) {
        switch (statement) {
            case Ast.Input i -> label(i.name());
            case Ast.Label l -> label(l.name());
            case Ast.Learned l -> label(l.name());
            case Ast.Shared s -> label(s.name());
            case Ast.Let l -> expression(l.value());
            case Ast.Output o -> expression(o.value());
            case Ast.Loss l -> term(l.name(), l.value());
            case Ast.Metric m -> term(m.name(), m.value());
            case Ast.Objective o -> expression(o.value());
            case Ast.ChainStmt c -> expression(c.chain());
            case Ast.When w -> w.body().forEach(this::statement);
            case Ast.Assert a -> {}
            case Ast.Defaults d -> {}
        }
    }

    /** The name of a loss or metric is the path of the operator that computes it, when that is one. */
    private void term(Ast.Name name, Ast.Expr value) {
        label(name);
        switch (value) {
            case Ast.Call c -> c.args().forEach(a -> arguments.add(a.value()));
            case Ast.Chain c
            when c.steps().getLast().label() == null && c.steps().getLast().what() instanceof Ast.Call last -> {
                c.steps().subList(0, c.steps().size() - 1).forEach(this::step);
                last.args().forEach(a -> arguments.add(a.value()));
            }
            default -> expression(value);
        }
    }

    private void label(Ast.Name name) {
        labels.putIfAbsent(name.text(), name.span());
    }

    private void step(Ast.Step step) {
        if (step.label() == null) {
            action(step.what());
            return;
        }
        label(step.label());
        switch (step.what()) {
            case Ast.Call c -> c.args().forEach(a -> arguments.add(a.value()));
            case Ast.Expr e when !(e instanceof Ast.Ref) && !(e instanceof Ast.Merge) -> expression(e);
            default -> {} // what stands in labelled braces has segments of its own
        }
    }

    private void action(Ast.StepKind action) {
        switch (action) {
            case Ast.Group g -> expression(g.body());
            case Ast.If i -> {
                expression(i.then());
                if (i.otherwise() != null) {
                    expression(i.otherwise());
                }
            }
            case Ast.Repeat r -> loop(r.span());
            case Ast.For f -> loop(f.span());
            case Ast.OutputStep o -> {}
            case Ast.Expr e -> expression(e);
        }
    }

    /** Loops without a label add nothing but the index, so that two of them would give the same paths. */
    private void loop(Span span) {
        if (loop != null) {
            log.add(Diagnostic.error(
                            Code.PATH_CLASH, span, "two loops without a label would give their layers the same paths")
                    .related(loop, "the first loop")
                    .fix("label one of them: `stage2: repeat …`"));
        }
        loop = span;
    }

    private void expression(Ast.Expr expr) {
        switch (expr) {
            case Ast.Ref r -> name(r, r.name());
            case Ast.Call c -> {
                name(c, c.callee());
                c.args().forEach(a -> arguments.add(a.value()));
            }
            case Ast.Merge m -> merge(m);
            case Ast.Chain c -> c.steps().forEach(this::step);
            case Ast.Unary u -> expression(u.operand());
            case Ast.Binary b -> {
                expression(b.left());
                expression(b.right());
            }
            case Ast.Conditional c -> {
                expression(c.then());
                expression(c.otherwise());
            }
            case Ast.Tuple t -> t.elements().forEach(this::expression);
            case Ast.ListLiteral l -> l.elements().forEach(this::expression);
            case Ast.Index i -> expression(i.target());
            case Ast.Member m -> {}
            case Ast.Num n -> {}
            case Ast.Quantity q -> {}
            case Ast.Extent e -> {}
            case Ast.Bool b -> {}
            case Ast.Text t -> {}
        }
    }

    private void merge(Ast.Merge merge) {
        name(merge.call(), merge.call().callee());
        merge.call().args().forEach(a -> arguments.add(a.value()));
        for (Ast.Branch branch : merge.branches()) {
            switch (branch) {
                case Ast.Chain c -> expression(c);
                case Ast.Each e -> loop(e.span());
            }
        }
    }

    private void name(Ast place, Ast.Name callee) {
        String base = snake(callee.text());
        String separator = Character.isDigit(base.charAt(base.length() - 1)) ? "_" : "";
        String segment = base + separator + ordinals.merge(base, 1, Integer::sum);
        names.put(place, segment);
        automatic.put(segment, callee.span());
    }

    /** {@code BasicBlock} is {@code basic_block}. */
    static String snake(String name) {
        StringBuilder snake = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean begins = Character.isUpperCase(c)
                    && i > 0
                    && name.charAt(i - 1) != '_'
                    && (!Character.isUpperCase(name.charAt(i - 1))
                            || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
            snake.append(begins ? "_" : "").append(Character.toLowerCase(c));
        }
        return snake.toString();
    }
}
