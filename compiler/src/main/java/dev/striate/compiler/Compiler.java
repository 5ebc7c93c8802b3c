package dev.striate.compiler;

import dev.striate.compiler.analyze.Analyzer;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.autodiff.Autodiff;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.emit.JavaEmitter;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.GraphVerifier;
import dev.striate.compiler.lint.Lints;
import dev.striate.compiler.pass.DeadCode;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.compiler.pass.TrainingPhase;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The compiler, from text to Java: a pure function. */
public final class Compiler {
    private Compiler() {}

    /** Compiles a file that imports nothing. See {@link #compile(SourceFile, Library)}. */
    public static Compilation compile(SourceFile source) {
        return compile(source, Library.NONE);
    }

    /**
     * Compiles a file. Never throws, whatever the text: what is wrong with it is in the diagnostics.
     *
     * @param library where imported packages come from
     */
    public static Compilation compile(SourceFile source, Library library) {
        return compile(source, library, Pipelines.ALL);
    }

    /** Compiles a file with chosen passes, which change no value. See {@link #compile(SourceFile, Library)}. */
    public static Compilation compile(SourceFile source, Library library, Pipelines passes) {
        Set<String> imports = new TreeSet<>();
        Checked checked = check(source, watched(library, imports));
        return new Compilation(
                checked.diagnostics,
                checked.models.stream()
                        .map(Compiler::verified)
                        .map(m -> differentiated(m, passes))
                        .map(m -> emitted(m, passes))
                        .toList(),
                imports);
    }

    /** The nets of a file, none where it has errors, and what there is to say. The tree of the file is not needed any more. */
    private record Checked(Diagnostics diagnostics, List<NetModel> models) {}

    private static Checked check(SourceFile source, Library library) {
        Diagnostics diagnostics = new Diagnostics();
        Ast.File file = CnnParser.parse(source, diagnostics);
        List<NetModel> models = Analyzer.analyze(file, library, diagnostics);
        if (diagnostics.hasErrors()) {
            return new Checked(Lints.heed(file, diagnostics), List.of());
        }
        Lints.check(file, models.stream().map(NetModel::graph).toList(), diagnostics);
        return new Checked(Lints.heed(file, diagnostics), models);
    }

    /** A library that notes which packages are asked for. */
    private static Library watched(Library library, Set<String> asked) {
        return new Library() {
            @Override
            public List<SourceFile> files(String packageName) {
                asked.add(packageName);
                return library.files(packageName);
            }

            @Override
            public List<String> packages() {
                return library.packages();
            }
        };
    }

    private static NetModel verified(NetModel m) {
        GraphVerifier.verifyInTests(m.graph(), "lowering");
        GraphVerifier.verifyInTests(m.inference(), "the inference phase");
        GraphVerifier.verifyInTests(m.evaluation(), "the evaluation phase");
        return m;
    }

    private static NetModel differentiated(NetModel m, Pipelines passes) {
        List<Graph.Result> objectives = m.graph().results(Kind.OBJECTIVE);
        if (objectives.isEmpty()) {
            return m;
        }
        Graph phase = GraphVerifier.verifyInTests(TrainingPhase.run(m.graph()), "the training phase");
        List<Graph.Result> wanted =
                phase.results().stream().filter(r -> r.kind() != Kind.OUTPUT).toList();
        Graph training = passes.beforeAutodiff(DeadCode.run(phase.with(phase.nodes(), wanted)));
        Graph step = training;
        for (Graph.Result objective : training.results(Kind.OBJECTIVE)) {
            String name = objective.name();
            step = Autodiff.run(step, name, n -> n.isParam() && training.updates(name, n));
        }
        GraphVerifier.verifyInTests(step, "autodiff");
        return m.with(m.inference(), m.evaluation(), step);
    }

    private static CompiledNet emitted(NetModel model, Pipelines passes) {
        return new CompiledNet(
                model.packageName(),
                model.name(),
                JavaEmitter.path(model),
                JavaEmitter.emit(optimized(model, passes)),
                model);
    }

    /** The net as it is run. */
    private static NetModel optimized(NetModel m, Pipelines passes) {
        Graph training = m.training();
        Graph step = training == null ? null : passes.forTraining(training);
        Graph evaluation = passes.forInference(m.evaluation());
        Graph inference = passes.forInference(m.inference()); // last: the first whose code is written
        return m.with(inference, evaluation, step);
    }
}
