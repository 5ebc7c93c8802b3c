package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Fingerprint;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler's golden nets, as classes that run: they compute what the evaluator computes. */
class GoldenNetsRunTest {
    private static final Path GOLDEN = Path.of("../compiler/src/test/golden");

    @TempDir
    Path folder = Path.of("");

    /** The classes as they are in the repository, not as the compiler would write them now. */
    @TestFactory
    List<DynamicTest> goldenClasses() throws IOException {
        return tests("java", cnn -> {
            Path java = cnn.resolveSibling(cnn.getFileName().toString().replace(".cnn", ".java"));
            run(GeneratedNet.of(Files.readString(cnn), Files.readString(java), classes(cnn)));
        });
    }

    @TestFactory
    List<DynamicTest> goldenGraphs() throws IOException {
        return tests("graph", cnn -> {
            for (GeneratedNet net : GeneratedNet.all(Files.readString(cnn), classes(cnn))) {
                run(net);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"metric m = top1(fc(x, 2), y)", "loss l = cross_entropy(fc(x, 2), y)"})
    void aTermMayHaveParametersOfItsOwn(String term) throws Exception {
        run(GeneratedNet.of(
                "net Aside { input x: f32[N, 3] label y: class[N, 2] x -> relu -> output z " + term + " }", folder));
    }

    private static List<DynamicTest> tests(String golden, Check check) throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve(golden))) {
            List<DynamicTest> tests = files.filter(f -> f.toString().endsWith(".cnn"))
                    .sorted()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check.run(f)))
                    .toList();
            assertThat(tests).isNotEmpty();
            return tests;
        }
    }

    private interface Check {
        void run(Path cnn) throws Exception;
    }

    private Path classes(Path cnn) throws IOException {
        return Files.createDirectory(folder.resolve(cnn.getFileName().toString()));
    }

    /** Everything agrees with the evaluator, and a training step from fresh weights has a finite loss. */
    static void run(GeneratedNet generated) throws Exception {
        Backend cpu = Backends.byName("cpu");
        NetAgreement.check(generated, cpu, 3, smallest(generated));
        Graph training = generated.model().training();
        if (training != null) {
            Net net = (Net) generated.type().getMethod("init", long.class).invoke(null, 1L);
            int[] sizes = smallest(generated);
            Net fixed = sizes.length == 0 ? net : net.at(sizes);
            assertThat(Fingerprint.ofTraining(fixed, cpu)).isEqualTo(Fingerprint.ofTraining(fixed, cpu));
            try (NetSession session = net.training(cpu, 3, sizes)) {
                session.run();
                String loss = training.results(Kind.LOSS).getFirst().name();
                assertThat(session.output(loss).value()).isFinite();
            }
        }
    }

    /** Sizes at which a net with symbolic dimensions can be opened; none for other nets. */
    private static int[] smallest(GeneratedNet generated) {
        Dimensions dimensions = generated.model().graph().dimensions();
        return dimensions.names().stream()
                .mapToInt(n -> requireNonNull(dimensions.smallest().get(n)).intValue())
                .toArray();
    }
}
