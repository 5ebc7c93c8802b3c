package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.syntax.Ast;
import java.util.List;

/** Warns of what compiles and is probably not what was meant. */
public final class Lints {
    private static final String ALLOW = "lint:allow";
    private static final List<NodeLint> OF_NODES =
            List.of(new LinearPairs(), new LossesOnLogits(), new DropoutBeforeNorm(), new WidePadding());
    private static final List<Lint> OF_FILES =
            List.of(new UnusedNames(), new DeadChains(), new ConstantConditions(), new BiasBeforeNorm());

    private Lints() {}

    /**
     * Adds warnings about a file in which no error was found.
     *
     * @param nets its nets, blocks written out
     */
    public static void check(Ast.File file, List<Graph> nets, Diagnostics diagnostics) {
        Subject subject = Subject.of(file, nets);
        Report report = new Report(file.source(), diagnostics);
        subject.forEachNode((node, net) -> OF_NODES.forEach(lint -> lint.check(node, net, report)));
        OF_FILES.forEach(lint -> lint.check(subject, report));
    }

    /** What is left of {@code diagnostics} when the comments {@code // lint:allow CNN04xx} of the file are heeded. */
    public static Diagnostics heed(Ast.File file, Diagnostics diagnostics) {
        if (file.decls().isEmpty() || !file.source().text().contains(ALLOW)) {
            return diagnostics;
        }
        Allowances allowances = new Allowances(file.source(), diagnostics);
        Diagnostics kept = new Diagnostics();
        diagnostics.sorted().stream().filter(d -> !allowances.silence(d)).forEach(kept::add);
        return kept;
    }
}
