package dev.striate.runtime.data;

import static dev.striate.runtime.data.IdxFixture.idx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.TestFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedSetTest {
    @TempDir
    private Path folder;

    /** A set of one test picture and as many for training as asked for, which tells one made-up set from another. */
    private static void write(Path where, int train, boolean packed) throws IOException {
        Files.createDirectories(where);
        byte[][] contents = {
            idx(new int[] {train, 1, 1}, new int[train]),
            idx(new int[] {train}, new int[train]),
            idx(new int[] {1, 1, 1}, 7),
            idx(new int[] {1}, 9)
        };
        for (int i = 0; i < contents.length; i++) {
            String name = PublishedSet.FILES.get(i) + (packed ? ".gz" : "");
            Files.write(where.resolve(name), packed ? TestFiles.gzip(contents[i]) : contents[i]);
        }
    }

    private int trainSize(String name, Path... folders) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return DataSets.open(name, Map.of(), List.of(folders), arena)
                    .train()
                    .size();
        }
    }

    @Test
    void theSubFolderOfItsNameComesBeforeTheFolderItself() throws IOException {
        write(folder, 1, false);
        assertThat(trainSize("mnist", folder)).isEqualTo(1);
        write(folder.resolve("mnist"), 2, true);
        write(folder.resolve("fashion_mnist"), 3, false);
        assertThat(trainSize("mnist", folder)).isEqualTo(2);
        assertThat(trainSize("fashion_mnist", folder)).isEqualTo(3);
        write(folder.resolve("fashion-mnist"), 4, true);
        assertThat(trainSize("fashion_mnist", folder)).isEqualTo(4);
    }

    @Test
    void earlierFoldersComeFirst() throws IOException {
        Path other = folder.resolve("other");
        write(folder, 1, false);
        write(other.resolve("mnist"), 2, false);
        assertThat(trainSize("mnist", folder, other)).isEqualTo(1);
        assertThat(trainSize("mnist", other, folder)).isEqualTo(2);
    }

    @Test
    void saysWhereItLookedAndHowToGetIt() {
        assertThatThrownBy(() -> trainSize("mnist", folder))
                .isInstanceOf(DataException.class)
                .hasMessage("the data set mnist is not on this machine: looked in " + folder.resolve("mnist") + ", "
                        + folder + "; get it with `striate data get mnist`");
    }

    @Test
    void namesTheFileThatIsMissing() throws IOException {
        write(folder, 2, true);
        Files.delete(folder.resolve("t10k-images-idx3-ubyte.gz"));
        assertThatThrownBy(() -> trainSize("mnist", folder))
                .hasMessage(
                        folder.resolve("t10k-images-idx3-ubyte") + ": cannot be read: there is no such file or folder");
    }
}
