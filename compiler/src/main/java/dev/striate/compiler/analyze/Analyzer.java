package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.pass.InferencePhase;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From the tree of a file to graphs: resolves names, binds arguments, proves shapes, checks contracts and recipes. */
public final class Analyzer {
    private static final Set<String> JAVAS_OWN = Set.of("java", "javax", "jdk", "sun");

    private final Ast.File file;
    private final Diagnostics diagnostics;
    private final FileNames names;
    private final Log log;

    private Analyzer(Ast.File file, Diagnostics diagnostics) {
        this.file = file;
        this.diagnostics = diagnostics;
        this.names = FileNames.of(file);
        this.log = new Log(diagnostics, !file.complete());
    }

    /** The nets of {@code file} in which no error was found, without their training graphs. Never throws, whatever the file. */
    public static List<NetModel> analyze(Ast.File file, Diagnostics diagnostics) {
        return new Analyzer(file, diagnostics).run();
    }

    private List<NetModel> run() {
        String packageName = packageName();
        for (Ast.Import i : file.imports()) {
            log.unsupported(i.span(), "`import`", "declare the net in this file");
        }
        checkNames();
        Map<Ast.Net, Graph> graphs = new LinkedHashMap<>();
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.Net net) {
                NetLowering.lower(net, names, diagnostics).ifPresent(g -> graphs.put(net, g));
            }
        }
        Map<Ast.Net, List<RecipeModel>> recipes = recipes(graphs);
        List<NetModel> models = new ArrayList<>();
        graphs.forEach(
                (net, graph) -> models.add(model(packageName, net, graph, recipes.getOrDefault(net, List.of()))));
        return List.copyOf(models);
    }

    /** The recipes of each net; they refer to its inputs, terms and parameters, so the nets come first. */
    private Map<Ast.Net, List<RecipeModel>> recipes(Map<Ast.Net, Graph> graphs) {
        Map<Ast.Net, List<RecipeModel>> recipes = new HashMap<>();
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.Train train) {
                Log own = new Log(diagnostics, train.damaged() || !file.complete());
                RecipeLowering.lower(train, names, graphs, own)
                        .ifPresent(r -> recipes.computeIfAbsent(r.net(), n -> new ArrayList<>())
                                .add(r.model()));
            }
        }
        return recipes;
    }

    private NetModel model(String packageName, Ast.Net net, Graph graph, List<RecipeModel> recipes) {
        return new NetModel(
                packageName,
                net.name().text(),
                doc(net),
                file.source(),
                graph,
                recipes,
                InferencePhase.run(graph, Set.of(Kind.OUTPUT)),
                InferencePhase.run(graph, Set.of(Kind.OUTPUT, Kind.LOSS, Kind.METRIC)),
                null);
    }

    /** A net's own documentation; that of the package for a file's only net, as in a file that begins with it. */
    private @Nullable String doc(Ast.Net net) {
        boolean only = file.decls().stream().filter(Ast.Net.class::isInstance).count() == 1;
        return net.doc() == null && only && file.pkg() != null ? file.pkg().doc() : net.doc();
    }

    // ---- names of the file

    private String packageName() {
        if (file.pkg() == null) {
            return "";
        }
        Ast.Name first = file.pkg().path().getFirst();
        if (JAVAS_OWN.contains(first.text())) {
            log.add(Diagnostic.error(
                            Code.RESERVED_WORD,
                            first.span(),
                            "packages that begin with `" + first.text() + "` belong to Java itself")
                    .fix("choose another name, such as `zoo`"));
        }
        return file.pkg().path().stream().map(Ast.Name::text).collect(Collectors.joining("."));
    }

    /** Checks that names differ, and reports what is not compiled yet. */
    private void checkNames() {
        Map<String, Span> models = new HashMap<>();
        Map<String, Span> recipes = new HashMap<>();
        for (Ast.Decl decl : file.decls()) {
            switch (decl) {
                case Ast.Net n -> unique(n.name(), models);
                case Ast.Block b -> {
                    unique(b.name(), models);
                    log.unsupported(b.name().span(), "`block`", "write its layers where it is used");
                }
                case Ast.NetInstance i -> {
                    unique(i.name(), models);
                    log.unsupported(i.name().span(), "a named instance of a net", "write the net with these defaults");
                }
                case Ast.Train t -> unique(t.name(), recipes);
                case Ast.FileDefaults d -> log.unsupported(d.span(), "`defaults`", "give the arguments at each layer");
            }
        }
    }

    private void unique(Ast.Name name, Map<String, Span> others) {
        Span before = others.putIfAbsent(name.text(), name.span());
        if (before != null) {
            log.add(Diagnostic.error(Code.DUPLICATE_NAME, name.span(), "`" + name.text() + "` is declared twice")
                    .related(before, "declared here first")
                    .fix("choose another name for one of them"));
        }
    }
}
