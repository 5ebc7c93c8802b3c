package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code split(axis, n)} and {@code split(axis, [sizes])}: as many slices as there are parts. */
final class SplitLowering {
    private final CallLowering calls;
    private final Log log;

    SplitLowering(CallLowering calls, Log log) {
        this.calls = calls;
        this.log = log;
    }

    /** The parts, in order. */
    Value split(CallLowering.Use use, Frame frame) {
        Value incoming = use.incoming();
        Map<String, Ast.Arg> bound = ArgumentBinder.bind("split", List.of("axis", "parts"), use.args(), log);
        Ast.Arg axisArg = bound.get("axis");
        Ast.Arg partsArg = bound.get("parts");
        if (axisArg == null || partsArg == null) {
            ArgumentBinder.missing("split", use.span(), axisArg == null ? "axis" : "parts", "split(C, 4)", log);
            return Value.unknown();
        }
        if (incoming == null || !incoming.isKnown() || incoming.parts().size() != 1) {
            if (incoming == null || incoming.isKnown()) {
                log.add(Diagnostic.error(Code.NO_VALUE, use.span(), "`split` takes one value")
                        .fix("begin the chain with a value: `x -> " + use.span().text() + "`"));
            }
            return Value.unknown();
        }
        Node x = incoming.node();
        ArgumentValues values = new ArgumentValues(frame.scope(), log);
        Integer axis =
                values.axis("`axis` of `split`", axisArg.value(), x.shape().rank());
        if (axis == null) {
            return Value.unknown();
        }
        List<Dim> sizes = sizes(use, x, axis, values.fold(partsArg.value()), partsArg.value());
        return sizes == null ? Value.unknown() : slices(use, incoming, axis, sizes, frame);
    }

    private @Nullable List<Dim> sizes(CallLowering.Use use, Node x, int axis, Const parts, Ast.Expr written) {
        Dim whole = x.shape().dim(axis);
        List<Dim> sizes = new ArrayList<>();
        if (parts instanceof Const.Num(Dim count)
                && count.asLong().filter(n -> n > 0 && n < 10_000).isPresent()) {
            Dim each = whole.over(count.constant().orElseThrow());
            for (long i = 0; i < count.asLong().orElseThrow(); i++) {
                sizes.add(each);
            }
            if (each.constant().filter(c -> !c.isInteger()).isPresent()) {
                return mismatch(use, x, axis, whole + " cannot be split into " + count + " equal parts");
            }
            return sizes;
        }
        if (parts instanceof Const.Items(List<Const> items) && !items.isEmpty()) {
            for (Const item : items) {
                if (!(item instanceof Const.Num(Dim size))) {
                    return wrong(written, parts);
                }
                sizes.add(size);
            }
            Dim sum = sizes.stream().reduce(Dim.of(0), Dim::plus);
            return sum.equals(whole)
                    ? sizes
                    : mismatch(use, x, axis, "the parts add up to " + sum + ", and there are " + whole);
        }
        return parts.isUnknown() ? null : wrong(written, parts);
    }

    private @Nullable List<Dim> wrong(Ast.Expr written, Const parts) {
        log.add(Diagnostic.error(
                        Code.WRONG_ARGUMENT,
                        written.span(),
                        "`parts` of `split` is a number of equal parts or a list of sizes, not "
                                + Log.quote(written.span()) + " (" + parts.kind() + ")")
                .fix("write `split(C, 4)` or `split(C, [4, 1, 80])`"));
        return null;
    }

    private @Nullable List<Dim> mismatch(CallLowering.Use use, Node x, int axis, String why) {
        log.add(Diagnostic.error(
                        Code.SHAPE,
                        use.span(),
                        "along " + Axis.name(axis, x.shape().rank()) + " " + why)
                .related(x.origin().span(), x.type() + " comes from here")
                .fix("give sizes that add up to " + x.shape().dim(axis)));
        return null;
    }

    private Value slices(CallLowering.Use use, Value incoming, int axis, List<Dim> sizes, Frame frame) {
        List<Value> slices = new ArrayList<>();
        Dim from = Dim.of(0);
        for (int i = 0; i < sizes.size(); i++) {
            Dim to = from.plus(sizes.get(i));
            slices.add(calls.layers().slice(incoming.node(), axis, from, to, use.path() + "." + i, use.span(), frame));
            from = to;
        }
        return Value.of(slices);
    }
}
