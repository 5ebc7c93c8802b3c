package dev.striate.bench;

import dev.striate.cli.ClassPath;
import dev.striate.cli.ContractSizes;
import dev.striate.cli.GeneratedCode;
import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.pass.DeadCode;
import dev.striate.compiler.plan.Summary;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.sources.SourceRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A net that is measured: compiled by the compiler of this checkout, with its initial weights.
 *
 * @param compiled the net
 * @param generated the class that was generated from it
 * @param sizes of its symbolic dimensions, those that its contracts name, and of the batch N
 */
record Subject(CompiledNet compiled, Generated generated, Map<String, Long> sizes) {
    private static final long SEED = 1;

    /** Copies the map. */
    Subject {
        sizes = Map.copyOf(sizes);
    }

    /**
     * Compiles a net.
     *
     * @param name a net of the standard library, with or without its package, or a {@code .cnn} file with one net
     * @throws IllegalArgumentException when there is none, or it has errors; the message is for the user
     */
    static Subject of(String name, int batch) throws IOException {
        SourceRoots roots = new SourceRoots(Path.of(""), ClassPath.entries());
        boolean isFile = name.endsWith(".cnn");
        SourceFile source = isFile ? new SourceFile(name, Files.readString(Path.of(name))) : library(name, roots);
        Compilation compilation = Compiler.compile(source, roots);
        if (compilation.diagnostics().hasErrors()) {
            throw new IllegalArgumentException(
                    new TextRenderer(false).render(compilation.diagnostics().errors()));
        }
        List<CompiledNet> nets = compilation.nets().stream()
                .filter(n -> isFile || n.name().equals(simple(name)))
                .toList();
        if (nets.size() != 1) {
            throw new IllegalArgumentException(name + " has " + nets.size() + " nets; a file that is measured has one");
        }
        return of(nets.getFirst(), batch);
    }

    private static Subject of(CompiledNet net, int batch) {
        NetModel model = net.model();
        Map<String, Long> sizes = new HashMap<>(ContractSizes.of(model)
                .orElseThrow(() -> new IllegalArgumentException("no contract of " + net.name()
                        + " names its sizes; write one such as assert macs() == … at N == 1")));
        sizes.put("N", (long) batch);
        return new Subject(net, GeneratedCode.load(List.of(net)).getFirst(), sizes);
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static SourceFile library(String name, SourceRoots roots) {
        List<SourceFile> found = new ArrayList<>();
        for (String packageName : roots.packages()) {
            if (name.equals(simple(name)) || name.equals(packageName + "." + simple(name))) {
                roots.files(packageName).stream()
                        .filter(f -> declares(f, simple(name)))
                        .forEach(found::add);
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    found.isEmpty()
                            ? "the library has no net " + name + "; `striate models` lists them"
                            : "several packages have a net " + name + "; write it with its package");
        }
        return found.getFirst();
    }

    private static boolean declares(SourceFile file, String net) {
        return CnnParser.parse(file, new Diagnostics()).decls().stream()
                .anyMatch(d -> (d instanceof Ast.Net n && n.name().text().equals(net))
                        || (d instanceof Ast.NetInstance i && i.name().text().equals(net)));
    }

    /** The net with its initial weights: the same each time. */
    Net create() {
        return generated.create(Weights.init(generated.spec(), SEED));
    }

    /** The samples of one run. */
    int batch() {
        return Math.toIntExact(size("N"));
    }

    private long size(String dimension) {
        Long size = sizes.get(dimension);
        if (size == null) {
            throw new IllegalStateException("no size for " + dimension);
        }
        return size;
    }

    /** The sizes in the order in which a session takes them. */
    int[] ordered() {
        return compiled.model().graph().dimensions().names().stream()
                .mapToInt(n -> Math.toIntExact(size(n)))
                .toArray();
    }

    /** Multiply-accumulate operations of one forward pass of the batch. */
    long macs() {
        return compiled.model().inference().nodes().stream()
                .mapToLong(n -> Summary.macs(n, sizes))
                .sum();
    }

    /** The forward pass as it was written. */
    Graph inference() {
        return compiled.model().inference();
    }

    /**
     * The forward pass in training as it was written, up to the one objective.
     *
     * @throws IllegalArgumentException when the net has none, or several
     */
    Graph training() {
        Graph graph = compiled.model().graph();
        List<Graph.Result> objectives = graph.results(Kind.OBJECTIVE).stream()
                .filter(r -> r.phase() != Phase.INFER)
                .toList();
        if (objectives.size() != 1) {
            throw new IllegalArgumentException(
                    compiled.name() + " has " + objectives.size() + " objectives; a net that is trained here has one");
        }
        return DeadCode.run(graph.with(graph.nodes(), objectives));
    }

    /** The values that inference returns, in the order of the source. */
    List<Node> outputs() {
        return inference().results(Kind.OUTPUT).stream().map(Graph.Result::node).toList();
    }
}
