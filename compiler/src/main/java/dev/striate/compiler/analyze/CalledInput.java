package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.Optional;

/** Whether a net that is used as a block is given what it declares as its input. */
final class CalledInput {
    private CalledInput() {}

    /**
     * Whether {@code given} has the declared shape. The dimensions that the net names, such as {@code H}, get the sizes
     * that are given.
     */
    static boolean fits(Ast.Input input, Node given, Frame frame, Log log) {
        List<Ast.Expr> dims = input.type().dims();
        boolean fits = given.type().isFloat() && dims.size() == given.shape().rank();
        for (int i = 0; fits && i < dims.size(); i++) {
            Dim actual = given.shape().dim(i);
            if (dims.get(i) instanceof Ast.Ref(Ast.Name name, var span)
                    && Character.isUpperCase(name.text().charAt(0))
                    && frame.scope().find(name.text()) == null) {
                if (!name.text().equals("N")) {
                    frame.scope().declare(name, new Entry.Constant(new Const.Num(actual), span));
                }
            } else {
                Const wanted = new ConstantFolder(frame.scope(), log).fold(dims.get(i));
                fits = wanted instanceof Const.Num(Dim dim) && dim.equals(actual);
            }
        }
        if (!fits) {
            log.add(Diagnostic.error(
                            Code.SHAPE,
                            input.type().span(),
                            "`" + frame.body().name().text() + "` takes `"
                                    + input.type().span().text() + "`, and " + given.type() + " comes in")
                    .related(given.origin().span(), given.type() + " comes from here")
                    .fix("give it a value of that shape"));
            return false;
        }
        return input.where().stream().allMatch(c -> holds(c, given, frame, log));
    }

    /** Conditions that depend on sizes which are not known yet are checked when the net is opened. */
    private static boolean holds(Ast.Expr condition, Node given, Frame frame, Log log) {
        Optional<Boolean> decided = new ConstantFolder(frame.scope(), log).decide(condition);
        if (decided.isPresent() && !decided.get()) {
            log.add(Diagnostic.error(
                            Code.SHAPE,
                            condition.span(),
                            Log.quote(condition.span()) + " does not hold for " + given.type() + ", which is given to `"
                                    + frame.body().name().text() + "`")
                    .related(given.origin().span(), given.type() + " comes from here")
                    .fix("give it a value of a legal size"));
            return false;
        }
        return true;
    }
}
