package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.pass.InferencePhase;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private Analyzer(Ast.File file, Library library, Diagnostics diagnostics) {
        this.file = file;
        this.diagnostics = diagnostics;
        this.names = new Modules(library, diagnostics).names(file);
        this.log = log(false);
    }

    /** The nets of {@code file} in which no error was found, without their training graphs. Never throws, whatever the file. */
    public static List<NetModel> analyze(Ast.File file, Library library, Diagnostics diagnostics) {
        return new Analyzer(file, library, diagnostics).run();
    }

    private Log log(boolean damaged) {
        return new Log(diagnostics, damaged || !file.complete());
    }

    private List<NetModel> run() {
        String packageName = packageName();
        checkNames();
        checkDefaults();
        Map<String, Graph> graphs = new LinkedHashMap<>();
        for (Ast.Decl decl : file.decls()) {
            Ast.Name name = name(decl);
            if (name != null) {
                graph(decl).ifPresent(g -> graphs.putIfAbsent(name.text(), g));
            }
        }
        checkBlocks();
        Map<String, List<RecipeModel>> recipes = recipes(graphs);
        List<NetModel> models = new ArrayList<>();
        for (Ast.Decl decl : file.decls()) {
            Ast.Name name = name(decl);
            Graph graph = name == null ? null : graphs.get(name.text());
            if (name != null && graph != null) {
                models.add(model(packageName, name, doc(decl), graph, recipes.getOrDefault(name.text(), List.of())));
            }
        }
        return List.copyOf(models);
    }

    /** The recipes of each net; they refer to its inputs, terms and parameters, so the nets come first. */
    private Map<String, List<RecipeModel>> recipes(Map<String, Graph> graphs) {
        Map<String, List<RecipeModel>> recipes = new HashMap<>();
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.Train train) {
                RecipeLowering.lower(train, names, graphs, log(train.damaged()))
                        .ifPresent(r -> recipes.computeIfAbsent(
                                        train.net().callee().text(), n -> new ArrayList<>())
                                .add(r));
            }
        }
        return recipes;
    }

    private static Ast.@Nullable Name name(Ast.Decl decl) {
        return switch (decl) {
            case Ast.Net n -> n.name();
            case Ast.NetInstance i -> i.name();
            default -> null;
        };
    }

    private Optional<Graph> graph(Ast.Decl decl) {
        Log own = log(decl.damaged());
        if (decl instanceof Ast.Net net) {
            return NetLowering.lower(new FileNames.Target(net.name(), net, names), net, own);
        }
        Ast.NetInstance instance = (Ast.NetInstance) decl;
        Ast.Name callee = instance.net().callee();
        FileNames.Target target = names.find(callee.text());
        Ast.Net net = FileNames.net(target);
        if (target == null || net == null || target.decl() instanceof Ast.NetInstance) {
            noNet(callee, target, own);
            return Optional.empty();
        }
        return NetLowering.lower(instance, names, target, net, own);
    }

    private void noNet(Ast.Name callee, FileNames.@Nullable Target target, Log own) {
        if (target == null && names.later().contains(callee.text())) {
            return; // its import failed
        }
        if (target == null) {
            own.unknown(Code.UNKNOWN_NET, callee, "net", "nets", names.netNames());
        } else {
            own.add(Diagnostic.error(
                            Code.UNKNOWN_NET,
                            callee.span(),
                            "`" + callee.text() + "` is "
                                    + (target.decl() instanceof Ast.Block ? "a block" : "an instance itself")
                                    + ", and an instance is made of a net")
                    .related(target.name().span(), "declared here")
                    .fix("name the net: `net Small = ResNet(classes=10)`"));
        }
    }

    /** Looks for errors in defaults of the file that no net uses. */
    private void checkDefaults() {
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.FileDefaults defaults) {
                NetLowering.check(names, defaults.defaults(), log(decl.damaged()));
            }
        }
    }

    /** Looks for errors in blocks, which are else seen where they are called only. */
    private void checkBlocks() {
        Set<Span> checked = new HashSet<>();
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.Block block) {
                NetLowering.check(
                        new FileNames.Target(block.name(), block, names), block, checked, log(block.damaged()));
            }
        }
    }

    private NetModel model(
            String packageName, Ast.Name name, @Nullable String doc, Graph graph, List<RecipeModel> recipes) {
        return new NetModel(
                packageName,
                name.text(),
                doc,
                file.source(),
                graph,
                recipes,
                InferencePhase.run(graph, Set.of(Kind.OUTPUT)),
                InferencePhase.run(graph, Set.of(Kind.OUTPUT, Kind.LOSS, Kind.METRIC)),
                null);
    }

    /** A net's own documentation; that of the package for a file's only net, as in a file that begins with it. */
    private @Nullable String doc(Ast.Decl decl) {
        boolean only = file.decls().stream().filter(d -> name(d) != null).count() == 1;
        String own = decl instanceof Ast.Net net ? net.doc() : ((Ast.NetInstance) decl).doc();
        return own == null && only && file.pkg() != null ? file.pkg().doc() : own;
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

    /** Checks that names differ. */
    private void checkNames() {
        Map<String, Span> models = new HashMap<>();
        Map<String, Span> recipes = new HashMap<>();
        for (Ast.Decl decl : file.decls()) {
            switch (decl) {
                case Ast.Net n -> unique(n.name(), models);
                case Ast.Block b -> {
                    unique(b.name(), models);
                    if (Callables.isWritable(b.name().text())) {
                        log.add(Diagnostic.error(
                                        Code.RESERVED_WORD,
                                        b.name().span(),
                                        "`" + b.name().text()
                                                + "` is a layer of the language, which a block of that name would hide")
                                .fix("choose another name for the block"));
                    }
                }
                case Ast.NetInstance i -> unique(i.name(), models);
                case Ast.Train t -> unique(t.name(), recipes);
                case Ast.FileDefaults d -> {}
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
