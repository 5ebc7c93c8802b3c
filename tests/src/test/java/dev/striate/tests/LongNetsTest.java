package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.Backends;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated classes of long nets: javac takes them, and HotSpot compiles every method of them. */
class LongNetsTest {
    /** HotSpot leaves longer methods to the interpreter: {@code -XX:HugeMethodLimit}. */
    private static final int LONGEST = 8_000;

    @TempDir
    Path folder = Path.of("");

    @Test
    void aThousandBlocks() throws Exception {
        GeneratedNet.of("""
                block Cell(x) { x -> residual { fc(3) -> tanh } }

                net Deep {
                  input x: f32[N, 3]
                  label y: f32[N, 3]
                  x -> repeat %d { Cell } -> output z
                  loss l = quadratic(z, y)
                }
                """.formatted(1000), folder);
        assertThat(longest()).isLessThanOrEqualTo(LONGEST);
    }

    @Test
    void fiveThousandLayersInOneChain() throws Exception {
        GeneratedNet.of(
                "net Chain { input x: f32[N, 3] x" + " -> tanh -> relu".repeat(2500) + " -> output z }", folder);
        assertThat(longest()).isLessThanOrEqualTo(LONGEST);
    }

    @Test
    void whatIsCutComputesTheSame() throws Exception {
        // No layer rounds, so that the depth alone makes no difference.
        GeneratedNet net = GeneratedNet.of("""
                block Cell(x) { x -> abs -> relu }

                net Deep {
                  input x: f32[N, 3]
                  label y: f32[N, 3]
                  x -> fc(3) -> repeat 120 { Cell } -> output z
                  loss l = quadratic(z, y)
                }
                """, folder);
        NetAgreement.check(net, Backends.byName("cpu"), 2);
    }

    private int longest() throws IOException {
        int longest = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> classes =
                    files.filter(f -> f.toString().endsWith(".class")).toList();
            assertThat(classes).isNotEmpty();
            for (Path file : classes) {
                ClassModel model = ClassFile.of().parse(file);
                for (MethodModel method : model.methods()) {
                    longest = Math.max(
                            longest,
                            method.findAttribute(Attributes.code())
                                    .map(CodeAttribute::codeLength)
                                    .orElse(0));
                }
            }
        }
        return longest;
    }
}
