package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.Set;

/**
 * Inputs, labels, parameters and named values that nothing uses. Labels of steps are paths of parameters first, and do
 * not count; nor does one value of several that are named at once.
 */
final class UnusedNames implements Lint {
    @Override
    public void check(Subject subject, Report report) {
        for (Subject.Declaration declaration : subject.declarations()) {
            Set<String> used = UsedNames.in(declaration);
            for (Ast.Param param : declaration.params()) {
                check(param.type() == null ? "value" : "parameter", List.of(param.name()), used, report);
            }
            declaration.body().forEach(s -> check(s, used, report));
        }
    }

    private static void check(Ast.Stmt statement, Set<String> used, Report report) {
        switch (statement) {
            case Ast.Input i -> check("input", List.of(i.name()), used, report);
            case Ast.Label l -> check("label", List.of(l.name()), used, report);
            case Ast.Let l -> check("value", l.names(), used, report);
            case Ast.Learned l -> check("learned tensor", List.of(l.name()), used, report);
            case Ast.Shared s -> check("shared layer", List.of(s.name()), used, report);
            case Ast.When w -> w.body().forEach(s -> check(s, used, report));
            default -> {}
        }
    }

    private static void check(String kind, List<Ast.Name> names, Set<String> used, Report report) {
        if (names.stream().noneMatch(n -> used.contains(n.text()))) {
            Ast.Name first = names.getFirst();
            report.add(Diagnostic.warning(
                            Code.UNUSED, first.span(), "nothing uses the " + kind + " `" + first.text() + "`")
                    .fix("use it, or remove it"));
        }
    }
}
