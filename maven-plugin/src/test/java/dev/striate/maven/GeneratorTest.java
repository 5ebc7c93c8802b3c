package dev.striate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generating again and again from a folder that changes. */
class GeneratorTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    private Path base = Path.of("");

    @Test
    void aProjectWithoutSourcesNeedsNothing() throws IOException {
        Generation nothing = run();
        assertThat(nothing.sources()).isZero();
        assertThat(nothing.written()).isEmpty();
        assertThat(target()).doesNotExist();
    }

    @Test
    void everySourceGivesItsClassesAndASecondRunGivesNothing() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        source("deep/er/b.cnn", net("zoo.big", "B", 3) + net("zoo.big", "C", 4).replace("package zoo.big", ""));
        source("notes.txt", "no net");
        Generation first = run();
        assertThat(first.sources()).isEqualTo(2);
        assertThat(first.compiled()).containsExactly("src/a.cnn", "src/deep/er/b.cnn");
        assertThat(first.written()).containsExactly("zoo/A.java", "zoo/big/B.java", "zoo/big/C.java");
        assertThat(output("zoo/A.java")).content().contains("class A").contains("a.cnn:");

        Generation second = run();
        assertThat(second.sources()).isEqualTo(2);
        assertThat(second.compiled()).isEmpty();
        assertThat(second.written()).isEmpty();
        assertThat(second.removed()).isEmpty();
    }

    @Test
    void aChangedSourceRegeneratesItsClassesOnly() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        source("b.cnn", net("zoo", "B", 3));
        run();
        source("a.cnn", net("zoo", "A", 5));
        Generation again = run();
        assertThat(again.compiled()).containsExactly("src/a.cnn");
        assertThat(again.written()).containsExactly("zoo/A.java");
    }

    @Test
    void aChangedImportRegeneratesWhoImportsIt() throws IOException {
        source("parts/twice.cnn", "package parts\n\nblock Twice(x) {\n  x -> relu\n}\n");
        source("a.cnn", net("zoo", "A", 3));
        source("b.cnn", net("zoo", "B", 3).replace("package zoo\n", "package zoo\nimport parts.{Twice}\n"));
        run();
        assertThat(run().compiled()).isEmpty();
        source("parts/twice.cnn", "package parts\n\nblock Twice(x) {\n  x -> tanh\n}\n");
        assertThat(run().compiled()).containsExactly("src/b.cnn", "src/parts/twice.cnn");
    }

    @Test
    void aChangeThatDoesNotShowInTheJavaWritesNothing() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run();
        Files.setLastModifiedTime(output("zoo/A.java"), LONG_AGO);
        source("a.cnn", net("zoo", "A", 3) + "// the end\n");
        Generation again = run();
        assertThat(again.compiled()).containsExactly("src/a.cnn");
        assertThat(again.written()).isEmpty();
        assertThat(Files.getLastModifiedTime(output("zoo/A.java"))).isEqualTo(LONG_AGO);
        assertThat(run().compiled()).isEmpty();
    }

    @Test
    void aDeletedSourceTakesItsClassesAlongAndNothingElse() throws IOException {
        source("a.cnn", net("zoo.only", "A", 3));
        source("b.cnn", net("zoo", "B", 3));
        run();
        Path foreign = Files.writeString(target().resolve("zoo/Handmade.java"), "class Handmade {}");
        Files.delete(base.resolve("src/a.cnn"));
        Generation again = run();
        assertThat(again.compiled()).isEmpty();
        assertThat(again.removed()).containsExactly("zoo/only/A.java");
        assertThat(output("zoo/only")).doesNotExist();
        Files.delete(base.resolve("src/b.cnn"));
        assertThat(run().removed()).containsExactly("zoo/B.java");
        assertThat(foreign).exists();
    }

    @Test
    void aRenamedSourceKeepsItsClasses() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run();
        Files.move(base.resolve("src/a.cnn"), base.resolve("src/b.cnn"));
        Generation again = run();
        assertThat(again.removed()).isEmpty();
        assertThat(again.written()).containsExactly("zoo/A.java");
        assertThat(output("zoo/A.java")).content().contains("b.cnn:");
    }

    @Test
    void aNetThatIsRenamedLeavesNoOldClass() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run();
        source("a.cnn", net("zoo", "B", 3));
        Generation again = run();
        assertThat(again.written()).containsExactly("zoo/B.java");
        assertThat(again.removed()).containsExactly("zoo/A.java");
        assertThat(output("zoo/A.java")).doesNotExist();
    }

    @Test
    void outputsThatWereDeletedOrEditedAreMended() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        source("b.cnn", net("zoo", "B", 3));
        run();
        Files.delete(output("zoo/A.java"));
        Files.writeString(output("zoo/B.java"), "edited");
        assertThat(run().written()).containsExactly("zoo/A.java", "zoo/B.java");
    }

    @Test
    void anotherCompilerGeneratesEverythingAgain() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run("1");
        assertThat(run("2").compiled()).containsExactly("src/a.cnn");
        assertThat(run("2").compiled()).isEmpty();
    }

    @Test
    void anErrorIsPlacedAndLeavesAllFilesAsTheyAre() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        source("b.cnn", net("zoo", "B", 3));
        run();
        source("a.cnn", net("zoo", "A", 3).replace("relu", "rely"));
        source("b.cnn", net("zoo", "B", 4));
        Generation failed = run();
        assertThat(failed.errors()).isEqualTo(1);
        assertThat(failed.diagnostics())
                .extracting(d -> d.span().toString(), d -> d.code().id(), Diagnostic::severity)
                .containsExactly(tuple("src/a.cnn:4:23", "CNN0203", Severity.ERROR));
        assertThat(failed.written()).isEmpty();
        assertThat(output("zoo/B.java")).content().contains("fc(3)");

        source("a.cnn", net("zoo", "A", 3));
        assertThat(run().written()).containsExactly("zoo/B.java");
    }

    @Test
    void aWarningIsSaidAndDoesNotStopAnything() throws IOException {
        source("a.cnn", net("zoo", "A", 3) + "/// of nothing\n");
        Generation warned = run();
        assertThat(warned.errors()).isZero();
        assertThat(warned.diagnostics())
                .extracting(d -> d.span().toString(), Diagnostic::severity)
                .containsExactly(tuple("src/a.cnn:6:1", Severity.WARNING));
        assertThat(warned.written()).containsExactly("zoo/A.java");
    }

    @Test
    void oneClassFromTwoFilesIsAnErrorWhicheverWasThereFirst() throws IOException {
        source("b.cnn", net("zoo", "A", 3));
        run();
        source("a.cnn", net("zoo", "A", 4));
        Generation failed = run();
        assertThat(failed.diagnostics())
                .extracting(d -> d.span().toString(), Diagnostic::message)
                .containsExactly(tuple("src/a.cnn:3:3", "the net zoo.A is declared in src/b.cnn too"));
        assertThat(output("zoo/A.java")).content().contains("fc(3)");
    }

    @Test
    void bytesThatAreNoTextAreAnError() throws IOException {
        Files.createDirectories(base.resolve("src"));
        Files.write(base.resolve("src/a.cnn"), "package zoo\nnet \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(base.resolve("src/b.cnn"), new byte[(4 << 20) + 1]);
        assertThat(run().diagnostics())
                .extracting(d -> d.span().toString(), d -> d.code().id())
                .containsExactly(tuple("src/a.cnn:2:5", "CNN0113"), tuple("src/b.cnn:1:1", "CNN0105"));
    }

    @Test
    void aDamagedManifestRemovesNothingAndIsWrittenAgain() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run();
        Path manifest = base.resolve("target/cnn.manifest");
        for (byte[] damaged : List.of(new byte[0], new byte[] {(byte) 0xff}, Hashes.utf8("striate manifest 1\nx"))) {
            Files.write(manifest, damaged);
            assertThat(run().compiled()).containsExactly("src/a.cnn");
            assertThat(run().compiled()).isEmpty();
        }
    }

    @Test
    void aManifestThatReachesOutOfTheFolderRemovesNothingThere() throws IOException {
        source("a.cnn", net("zoo", "A", 3));
        run();
        Path precious = Files.writeString(base.resolve("precious"), "x");
        Files.writeString(
                base.resolve("target/cnn.manifest"),
                "striate manifest 1\nsource 0 src/gone.cnn\noutput 0 ../../precious\noutput 0 " + precious + "\n");
        assertThat(run().removed()).isEmpty();
        assertThat(precious).exists();
    }

    /** Five lines; the net has {@code classes * 4} weights. */
    private static String net(String packageName, String name, int classes) {
        return """
            package %s
            net %s {
              input image: f32[N, 1, 2, 2]
              image -> flatten -> relu -> fc(%d) -> output scores
            }
            """.formatted(packageName, name, classes);
    }

    private void source(String path, String text) throws IOException {
        Path file = base.resolve("src").resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    private Path target() {
        return base.resolve("target/cnn");
    }

    private Path output(String path) {
        return target().resolve(path);
    }

    private Generation run() throws IOException {
        return run("1");
    }

    private Generation run(String compiler) throws IOException {
        return new Generator(base, base.resolve("src"), target(), List.of(), compiler).run();
    }
}
