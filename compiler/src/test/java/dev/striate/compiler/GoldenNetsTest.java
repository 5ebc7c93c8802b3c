package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.GraphPrinter;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.pass.DeadCode;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of each file below {@code graph} and {@code java}: the graph as it was lowered, the training step with
 * gradients and without dead code, the inference graph, and the class; below {@code optimized} what the passes make of it. See {@link Golden}.
 */
class GoldenNetsTest {
    private static final Golden GRAPHS = Golden.in("graph");
    private static final Golden CLASSES = Golden.in("java");
    private static final Golden OPTIMIZED = Golden.in("optimized");

    @TestFactory
    List<DynamicTest> graphs() throws IOException {
        return GRAPHS.tests(file -> {
            List<NetModel> nets = compile(file).stream().map(CompiledNet::model).toList();
            return Map.of(
                    ".graph", joined(nets, n -> GraphPrinter.print(n.graph())),
                    ".training", joined(nets, GoldenNetsTest::training),
                    ".inference", joined(nets, n -> GraphPrinter.print(n.inference())));
        });
    }

    /** What is run: inference, then the training step. */
    @TestFactory
    List<DynamicTest> optimized() throws IOException {
        return OPTIMIZED.tests(file -> Map.of(
                ".optimized",
                compile(file).stream()
                        .flatMap(net -> optimized(net.model()).stream())
                        .map(GraphPrinter::print)
                        .collect(Collectors.joining("\n"))));
    }

    private static List<Graph> optimized(NetModel net) {
        List<Graph> run = new ArrayList<>();
        run.add(Pipelines.ALL.forInference(net.inference()));
        if (net.training() != null) {
            run.add(Pipelines.ALL.forTraining(net.training()));
        }
        return run;
    }

    private static String training(NetModel net) {
        Graph training = net.training();
        if (training == null) {
            return "a net without a loss\n";
        }
        assertThat(DeadCode.run(training)).as("what all results need").isSameAs(training);
        return GraphPrinter.print(training);
    }

    private static <T> String joined(List<T> nets, Function<T, String> text) {
        return nets.stream().map(text).collect(Collectors.joining("\n"));
    }

    @TestFactory
    List<DynamicTest> classes() throws IOException {
        return CLASSES.tests(file -> Map.of(".java", java(file)));
    }

    @Test
    void everyLineOfACommentBeginsWithAnAsterisk() throws IOException {
        for (Path path : CLASSES.files(".cnn")) {
            boolean comment = false;
            for (String line :
                    java(Golden.read(path)).lines().map(String::strip).toList()) {
                assertThat(!comment || line.startsWith("*"))
                        .as("%s: %s", path, line)
                        .isTrue();
                comment = (comment || line.startsWith("/**")) && !line.endsWith("*/");
            }
        }
    }

    /** What is compiled here is what users get. */
    @ParameterizedTest
    @CsvSource({"lenet5.cnn, ../stdlib-models/src/main/cnn/striate/models", "digits.cnn, ../examples"})
    void copiesEqualTheirOriginals(String file, Path folder) throws IOException {
        assertThat(CLASSES.root().resolve(file)).hasSameTextualContentAs(folder.resolve(file));
    }

    @Test
    void everyOperatorIsInSomeGraph() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (Path path : GRAPHS.files(".cnn")) {
            for (CompiledNet compiled : compile(Golden.read(path))) {
                NetModel net = compiled.model();
                Graph all = net.training() == null ? net.graph() : net.training();
                net.graph().nodes().forEach(n -> seen.add(n.operation().name()));
                all.nodes().forEach(n -> seen.add(n.operation().name()));
            }
        }
        for (Path path : OPTIMIZED.files(".cnn")) {
            compile(Golden.read(path)).stream()
                    .flatMap(net -> optimized(net.model()).stream())
                    .forEach(g -> g.nodes().forEach(n -> seen.add(n.operation().name())));
        }
        // The gradients of what running statistics normalize: they are not used in training unless frozen.
        seen.addAll(List.of("batch_norm_grad_input", "batch_norm_grad_sums"));
        assertThat(seen).containsAll(Ops.ALL.stream().map(OpSpec::name).toList());
    }

    @Test
    void localeTimeZoneAndFolderDoNotChangeTheOutput() throws IOException {
        for (Golden golden : List.of(GRAPHS, CLASSES)) {
            for (Path path : golden.files(".cnn")) {
                SourceFile file = Golden.read(path);
                String expected = java(file);
                assertThat(elsewhere(file, "tr-TR", "Asia/Kathmandu"))
                        .as("%s", path)
                        .isEqualTo(expected);
                assertThat(elsewhere(file, "ar-EG", "Pacific/Apia"))
                        .as("%s", path)
                        .isEqualTo(expected);
                SourceFile moved = new SourceFile("C:\\other/folder/" + file.name(), file.text());
                assertThat(java(moved)).as("%s", path).isEqualTo(expected);
            }
        }
    }

    @Test
    void whatWasCompiledBeforeDoesNotChangeTheOutput() throws IOException {
        List<Path> paths = new ArrayList<>(GRAPHS.files(".cnn"));
        paths.addAll(CLASSES.files(".cnn"));
        Map<Path, String> expected = new HashMap<>();
        for (Path path : paths) {
            expected.put(path, java(Golden.read(path)));
        }
        for (Path path : paths.reversed()) {
            assertThat(java(Golden.read(path))).as("%s", path).isEqualTo(expected.get(path));
        }
    }

    private static String elsewhere(SourceFile file, String locale, String zone) {
        Locale ownLocale = Locale.getDefault();
        TimeZone ownZone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(locale));
            TimeZone.setDefault(TimeZone.getTimeZone(zone));
            return java(file);
        } finally {
            Locale.setDefault(ownLocale);
            TimeZone.setDefault(ownZone);
        }
    }

    private static String java(SourceFile file) {
        return joined(compile(file), CompiledNet::java);
    }

    private static List<CompiledNet> compile(SourceFile file) {
        Compilation compilation = Compiler.compile(file, FolderLibrary.GOLDEN);
        assertThat(new TextRenderer(false).render(compilation.diagnostics().errors()))
                .isEmpty();
        return compilation.nets();
    }
}
