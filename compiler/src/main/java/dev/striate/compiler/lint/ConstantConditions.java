package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Walk;
import java.util.List;

/** Conditions without a name in them: one of their branches is never taken. */
final class ConstantConditions implements Lint {
    @Override
    public void check(Subject subject, Report report) {
        for (Subject.Declaration declaration : subject.declarations()) {
            for (Ast part : declaration.parts()) {
                switch (part) {
                    case Ast.If i -> check(i.condition(), report);
                    case Ast.Conditional c -> check(c.condition(), report);
                    default -> {}
                }
            }
        }
    }

    private static void check(Ast.Expr condition, Report report) {
        boolean depends =
                Walk.all(List.of(condition)).stream().anyMatch(p -> p instanceof Ast.Ref || p instanceof Ast.Call);
        if (!depends) {
            report.add(Diagnostic.warning(
                            Code.CONSTANT_CONDITION,
                            condition.span(),
                            "this condition depends on nothing, so that one of its branches is never taken")
                    .fix("keep the branch that is taken, or make the condition depend on a parameter"));
        }
    }
}
