package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Chains, or their last steps, whose value goes nowhere: to no output, and by no name to anything else. A label at the end
 * of a chain is taken for a tap.
 */
final class DeadChains implements Lint {
    @Override
    public void check(Subject subject, Report report) {
        for (Subject.Declaration declaration : subject.declarations()) {
            Set<String> used = UsedNames.in(declaration);
            List<Ast.Chain> chains = new ArrayList<>();
            for (Ast part : declaration.parts()) {
                if (part instanceof Ast.ChainStmt statement) {
                    chains.add(statement.chain());
                }
            }
            if (declaration.isBlock()
                    && !chains.isEmpty()
                    && declaration.parts().stream().noneMatch(DeadChains::isOutput)) {
                chains.removeLast(); // the block's result
            }
            chains.forEach(chain -> check(chain, used, report));
        }
    }

    private static boolean isOutput(Ast part) {
        return part instanceof Ast.Output || part instanceof Ast.OutputStep;
    }

    private static void check(Ast.Chain chain, Set<String> used, Report report) {
        List<Ast.Step> steps = chain.steps();
        int dead = steps.size();
        while (dead > 0 && !leadsOn(steps.get(dead - 1), used)) {
            dead--;
        }
        if (dead < steps.size()) {
            report.add(Diagnostic.warning(
                            Code.DEAD_CHAIN,
                            steps.get(dead).span().to(steps.getLast().span()),
                            "what this computes goes nowhere: to no output, loss or metric")
                    .fix(dead == 0 ? "end it with `-> output y`, or name it with `let`" : "remove it"));
        }
    }

    /** Whether the value of a step, or of one within it, goes anywhere but to the next step. */
    private static boolean leadsOn(Ast.Step step, Set<String> used) {
        return step.label() != null
                || Walk.all(List.of(step)).stream()
                        .anyMatch(part -> isOutput(part)
                                || (part instanceof Ast.Step inner
                                        && inner.label() != null
                                        && used.contains(inner.label().text())));
    }
}
