package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.plan.Summary;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import dev.striate.core.NetSpec;
import dev.striate.runtime.backend.Net;
import dev.striate.sources.SourceRoots;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import striate.models.LeNet5;

/**
 * A net of the standard library.
 *
 * @param net the net
 * @param sizes the published sizes of its symbolic dimensions: those for which it asserts its {@code macs()}
 */
record LibraryNet(CompiledNet net, Map<String, Long> sizes) {
    private static @Nullable List<LibraryNet> library;

    /** All of them: every net of every file in the library's jar, or in the folder that becomes the jar. Compiled once. */
    static synchronized List<LibraryNet> all() throws URISyntaxException {
        if (library == null) {
            library = List.copyOf(compiled());
        }
        return library;
    }

    private static List<LibraryNet> compiled() throws URISyntaxException {
        Path library = Path.of(
                LeNet5.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        SourceRoots roots = new SourceRoots(library, List.of(library));
        List<LibraryNet> all = new ArrayList<>();
        for (String name : roots.packages()) {
            for (SourceFile file : roots.files(name)) {
                all.addAll(of(file, roots));
            }
        }
        return all;
    }

    private static List<LibraryNet> of(SourceFile file, SourceRoots roots) {
        Compilation compilation = Compiler.compile(file, roots);
        assertThat(new TextRenderer(false).render(compilation.diagnostics().sorted()))
                .as(file.name())
                .isEmpty();
        Map<String, Map<String, Long>> published = published(CnnParser.parse(file, new Diagnostics()));
        return compilation.nets().stream()
                .map(net -> new LibraryNet(net, requireNonNull(published.get(net.name()), net.name())))
                .toList();
    }

    /** By the names of a file's nets, the sizes at which they are published. */
    private static Map<String, Map<String, Long>> published(Ast.File file) {
        Map<String, Map<String, Long>> all = new HashMap<>();
        for (Ast.Decl decl : file.decls()) {
            if (decl instanceof Ast.Net net) {
                all.put(net.name().text(), published(net));
            } else if (decl instanceof Ast.NetInstance instance) {
                all.put(
                        instance.name().text(),
                        requireNonNull(all.get(instance.net().callee().text())));
            }
        }
        return all;
    }

    private static Map<String, Long> published(Ast.Net net) {
        Map<String, Long> sizes = new HashMap<>();
        List<String> asserted = new ArrayList<>();
        for (Ast.Stmt statement : net.body()) {
            if (statement instanceof Ast.Assert contract) {
                String condition = contract.condition().span().text();
                asserted.add(condition.replaceFirst("(?s) == .*", ""));
                if (condition.startsWith("macs()")) {
                    contract.at().forEach(size -> put(size.span().text().split(" == ", -1), sizes));
                }
            }
        }
        assertThat(asserted).as(net.name().text()).contains("params()", "macs()");
        return sizes;
    }

    private static void put(String[] equal, Map<String, Long> sizes) {
        if (!equal[0].equals("N")) {
            sizes.put(equal[0], Long.parseLong(equal[1]));
        }
    }

    /** Whether its layers make so much of rounding that its loss is another one in float32: 110 of them, with norms and no shortcuts. */
    boolean enlargesRounding() {
        return toString().equals("striate.models.cifar.Plain110");
    }

    /** The sizes of its symbolic dimensions in the order in which a session takes them, none larger than {@code most}. */
    int[] sizes(int most) {
        return net.model().graph().dimensions().names().stream()
                .mapToInt(name ->
                        Math.min(most, requireNonNull(sizes.get(name), name).intValue()))
                .toArray();
    }

    /** The same sizes by name, and the batch. */
    Map<String, Long> dimensions(long batch, int... given) {
        List<String> names = net.model().graph().dimensions().names();
        Map<String, Long> all = new HashMap<>(Map.of("N", batch));
        for (int i = 0; i < given.length; i++) {
            all.put(names.get(i), (long) given[i]);
        }
        return all;
    }

    /** What a forward pass costs and how much is learned, multiplied: by this, nets are small and large. */
    double weight() {
        long params = net.model().graph().params().stream()
                .mapToLong(p -> p.shape().at(Map.of()).elements())
                .sum();
        return (double) macs(Integer.MAX_VALUE) * params;
    }

    /** The multiplications of a forward pass of one sample, symbolic dimensions {@code most} at most. */
    long macs(int most) {
        return macs(net.model().inference(), dimensions(1, sizes(most)));
    }

    /** The multiplications of a graph. */
    static long macs(Graph graph, Map<String, Long> sizes) {
        return graph.nodes().stream()
                .mapToLong(node -> Summary.macs(node, sizes))
                .sum();
    }

    /** The class in the library. */
    GeneratedNet generated() throws ReflectiveOperationException {
        Class<? extends Net> type = Class.forName(net.className()).asSubclass(Net.class);
        return new GeneratedNet(net.model(), (NetSpec) type.getField("SPEC").get(null), type);
    }

    @Override
    public String toString() {
        return net.qualifiedName();
    }
}
