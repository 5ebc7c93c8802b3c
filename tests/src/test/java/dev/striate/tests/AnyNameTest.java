package dev.striate.tests;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nets, layers and outputs with names that mean something in Java, or in the code around them. */
class AnyNameTest {
    @TempDir
    Path folder = Path.of("");

    /** Names of classes that generated code mentions, or that Java knows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Net",
                "Weights",
                "Override",
                "String",
                "Object",
                "List",
                "Training",
                "Evaluation",
                "SessionRun",
                "Input",
                "Step",
                "Output",
                "Binder",
                "Path",
                "IOException",
                "NetSpec",
                "Recipe",
                "Backend",
                "Fc",
                "NetSession",
                "IllegalStateException",
                "record",
                "sealed",
                "permits",
                "yield",
                "var",
                "int",
                "fc",
                "b",
                "n"
            })
    void aNetMayHaveAnyName(String name) throws Exception {
        GoldenNetsRunTest.run(GeneratedNet.of(
                "net " + name + " {"
                        + " input x: f32[N, 3] label y: class[N, 2] x -> fc(2) -> output z loss l = cross_entropy(z, y) }",
                folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"yield", "record", "var", "int", "b", "n", "weights", "program", "input", "at", "hash_code"})
    void aLayerAndAnOutputMayHaveAnyName(String name) throws Exception {
        GoldenNetsRunTest.run(GeneratedNet.of(
                "net Net { input x: f32[N, 3] label y: class[N, 2] x -> a: fc(2) -> output " + name + " -> fc(2) -> "
                        + name + "_: relu -> output z loss l = cross_entropy(z, y) }",
                folder));
        GoldenNetsRunTest.run(GeneratedNet.of(
                "net Net { input x: f32[N, 3] label y: class[N, 2] x -> " + name + ": fc(2) -> output z"
                        + " loss l = cross_entropy(z, y) }",
                folder));
    }
}
