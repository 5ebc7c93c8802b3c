package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns chains into nodes: steps, braces, loops and choices. */
final class ChainLowering {
    /**
     * What a step gives.
     *
     * @param value its value
     * @param inner the names within, when it is labelled or a call of a block
     */
    record Outcome(Value value, @Nullable Scope inner) {
        /** Without names within. */
        static Outcome of(Value value) {
            return new Outcome(value, null);
        }
    }

    private final Lowering parts;
    private final Log log;

    ChainLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** What {@code chain} comes to when its first step gets {@code incoming}. */
    Value chain(Ast.Chain chain, @Nullable Value incoming, Frame frame) {
        return chain(chain, incoming, frame, null);
    }

    /** The same; the last step is what {@code term} declares. */
    Value chain(Ast.Chain chain, @Nullable Value incoming, Frame frame, @Nullable Term term) {
        List<Ast.Step> steps = chain.steps();
        Value current = incoming;
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            Frame where = last && term != null ? frame.forTerms() : frame;
            current = step(steps.get(i), current, i == 0, where, last ? term : null);
        }
        return current == null ? Value.unknown() : current;
    }

    private Value step(Ast.Step step, @Nullable Value incoming, boolean head, Frame frame, @Nullable Term term) {
        Ast.Name label = step.label();
        Outcome outcome = switch (step.what()) {
            case Ast.OutputStep o ->
                Outcome.of(parts.bodies().output(o.name(), incoming == null ? Value.unknown() : incoming, frame));
            case Ast.Group g -> group(g, incoming, label, frame);
            case Ast.Repeat r -> Outcome.of(repeat(r, incoming, label, frame));
            case Ast.For f -> Outcome.of(loop(f, incoming, label, frame));
            case Ast.If i -> choice(i, incoming, label, frame);
            case Ast.Expr e -> action(e, incoming, head, label, frame, term);
        };
        if (label != null) {
            frame.scope().declare(label, new Entry.Computed(outcome.value(), outcome.inner(), label.span()));
        }
        return outcome.value();
    }

    // ---- braces

    /** The frame within labelled braces, which have names and paths of their own; without a label the same one. */
    Frame within(Ast.@Nullable Name label, Ast.StepKind braces, Frame frame) {
        return label == null
                ? frame
                : frame.in(frame.scope().within())
                        .at(frame.place().within(frame.place().path(label), parts.segments(braces)));
    }

    private Outcome group(Ast.Group group, @Nullable Value incoming, Ast.@Nullable Name label, Frame frame) {
        Frame inner = within(label, group, frame);
        return new Outcome(chain(group.body(), incoming, inner), label == null ? null : inner.scope());
    }

    private Outcome choice(Ast.If choice, @Nullable Value incoming, Ast.@Nullable Name label, Frame frame) {
        Frame inner = within(label, choice, frame);
        Scope names = label == null ? null : inner.scope();
        return switch (new ConstantFolder(frame.scope(), log).fold(choice.condition())) {
            case Const.Bool(boolean holds) when holds -> new Outcome(chain(choice.then(), incoming, inner), names);
            case Const.Bool b
            when choice.otherwise() != null -> new Outcome(chain(choice.otherwise(), incoming, inner), names);
            case Const.Bool b -> new Outcome(given(incoming, choice.span()), names);
            case Const.Unknown u -> {
                chain(choice.then(), incoming, inner.in(inner.scope().within())); // for the errors in it
                if (choice.otherwise() != null) {
                    chain(choice.otherwise(), incoming, inner.in(inner.scope().within()));
                }
                yield new Outcome(Value.unknown(), names);
            }
            case Const other -> {
                log.add(Diagnostic.error(
                                Code.ARITHMETIC,
                                choice.condition().span(),
                                "a condition is true or false, and "
                                        + Log.quote(choice.condition().span()) + " is " + other.kind())
                        .fix("compare it with something, such as `stride != 1`"));
                yield new Outcome(Value.unknown(), names);
            }
        };
    }

    /** What comes in; an error when nothing does. */
    Value given(@Nullable Value incoming, Span span) {
        if (incoming != null) {
            return incoming;
        }
        log.add(Diagnostic.error(Code.NO_VALUE, span, Log.quote(span) + " has no value to pass on")
                .fix("begin the chain with a value: `image -> …`"));
        return Value.unknown();
    }

    // ---- loops

    private Value repeat(Ast.Repeat repeat, @Nullable Value incoming, Ast.@Nullable Name label, Frame frame) {
        ArgumentValues values = new ArgumentValues(frame.scope(), log);
        Integer count = values.integer("the number of repetitions", "a whole number of at least 0", 0, repeat.count());
        if (count == null) {
            iterate(
                    repeat.body(),
                    incoming,
                    0,
                    label,
                    frame.repeated().in(frame.scope().within()));
            return Value.unknown();
        }
        Value current = incoming;
        for (int i = 0; i < count && goesOn(i, current) && parts.net().step(repeat.span()); i++) {
            current = iterate(
                    repeat.body(),
                    current,
                    i,
                    label,
                    frame.repeated().in(frame.scope().within()));
        }
        return current == null ? given(null, repeat.span()) : current;
    }

    private Value loop(Ast.For loop, @Nullable Value incoming, Ast.@Nullable Name label, Frame frame) {
        List<Const> elements = elements(loop.elements(), frame);
        if (elements == null) {
            Scope scope = frame.scope().within();
            scope.declare(
                    loop.variable(),
                    new Entry.Constant(Const.unknown(), loop.variable().span()));
            iterate(loop.body(), incoming, 0, label, frame.repeated().in(scope));
            return Value.unknown();
        }
        Value current = incoming;
        for (int i = 0; i < elements.size() && goesOn(i, current) && parts.net().step(loop.span()); i++) {
            Scope scope = frame.scope().within();
            scope.declare(
                    loop.variable(),
                    new Entry.Constant(elements.get(i), loop.variable().span()));
            current = iterate(loop.body(), current, i, label, frame.repeated().in(scope));
        }
        return current == null ? given(null, loop.span()) : current;
    }

    /** The branches of {@code each}, whose body gets {@code incoming} every time. */
    List<Value> each(Ast.Each each, @Nullable Value incoming, Frame frame) {
        List<Const> elements = elements(each.elements(), frame);
        List<Value> branches = new ArrayList<>();
        Value last = null;
        for (int i = 0;
                elements != null
                        && i < elements.size()
                        && goesOn(i, last)
                        && parts.net().step(each.span());
                i++) {
            Scope scope = frame.scope().within();
            scope.declare(
                    each.variable(),
                    new Entry.Constant(elements.get(i), each.variable().span()));
            last = iterate(each.body(), incoming, i, null, frame.repeated().in(scope));
            branches.add(last);
        }
        return elements == null ? List.of(Value.unknown()) : branches;
    }

    /** Whether there is a next iteration: one with an error is the last, as the others would be wrong in the same way. */
    private static boolean goesOn(int done, @Nullable Value last) {
        return done == 0 || last == null || last.isKnown();
    }

    private Value iterate(Ast.Chain body, @Nullable Value incoming, int index, Ast.@Nullable Name label, Frame frame) {
        String prefix = frame.place().prefix();
        String loop = label != null
                ? frame.place().path(label)
                : prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        return chain(body, incoming, frame.at(frame.place().iteration(loop, index, body, parts.segments(body))));
    }

    /** What a loop runs over; null after an error. */
    private @Nullable List<Const> elements(Ast.Expr written, Frame frame) {
        Const value = new ConstantFolder(frame.scope(), log).fold(written);
        return switch (value) {
            case Const.Items(List<Const> elements) -> elements;
            case Const.Unknown u -> null;
            case Const other -> {
                boolean number =
                        other instanceof Const.Num(Dim dim) && dim.asLong().isPresent();
                log.add(Diagnostic.error(
                                Code.EMPTY_LOOP,
                                written.span(),
                                "a loop runs over a list, and " + Log.quote(written.span()) + " is " + other.kind())
                        .fix(
                                number
                                        ? "write `0.." + other + "` for the numbers below " + other
                                        : "write a list, such as `[64, 128, 256]`"));
                yield null;
            }
        };
    }

    // ---- what stands between arrows

    private Outcome action(
            Ast.Expr e,
            @Nullable Value incoming,
            boolean head,
            Ast.@Nullable Name label,
            Frame frame,
            @Nullable Term term) {
        Ast.Name named = label != null ? label : term == null ? null : term.name();
        return switch (e) {
            case Ast.Ref r
            when !head || isLayer(r.name(), incoming, frame) ->
                parts.calls()
                        .call(
                                new CallLowering.Use(r.name(), List.of(), incoming, path(r, named, frame), r.span()),
                                frame,
                                term);
            case Ast.Call c ->
                parts.calls()
                        .call(
                                new CallLowering.Use(c.callee(), c.args(), incoming, path(c, named, frame), c.span()),
                                frame,
                                term);
            case Ast.Merge m -> {
                Frame inner = within(label, m, frame);
                Value value = parts.merges().merge(m, incoming, path(m.call(), label, frame), inner);
                yield new Outcome(value, label == null ? null : inner.scope());
            }
            case Ast.Member m
            when !head -> {
                log.add(Diagnostic.error(
                                Code.WRONG_ROLE,
                                m.span(),
                                Log.quote(m.span()) + " is a value, and a layer is needed here")
                        .fix("begin a chain with it: " + Log.quote(m.span())));
                yield Outcome.of(Value.unknown());
            }
            default -> Outcome.of(parts.expressions().value(e, frame));
        };
    }

    private static String path(Ast call, Ast.@Nullable Name named, Frame frame) {
        return named == null ? frame.place().path(call) : frame.place().path(named);
    }

    /** Whether a name at the head of a chain is a layer, which takes what comes in, and no value. */
    private boolean isLayer(Ast.Name name, @Nullable Value incoming, Frame frame) {
        Entry entry = frame.scope().find(name.text());
        if (entry != null) {
            boolean callable = entry instanceof Entry.Shared
                    || (entry instanceof Entry.Constant c
                            && (c.value() instanceof Const.Operation
                                    || c.value().isUnknown()));
            return callable && incoming != null;
        }
        return parts.calls().isKnown(name.text(), frame)
                || (incoming != null && frame.body().declared(name.text()) == null);
    }
}
