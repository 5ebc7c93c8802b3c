package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    private static final Path LIBRARY = Path.of("../stdlib-models/src/main/cnn");

    @TempDir
    private Path folder;

    @Test
    void everyNetOfTheLibraryIsListed() throws IOException {
        Run run = Run.striate("models");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        Set<String> listed = new HashSet<>();
        run.out().lines().skip(1).forEach(l -> listed.add(l.split(" +", -1)[0]));
        try (Stream<Path> files = Files.walk(LIBRARY)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".cnn")).toList()) {
                Files.readAllLines(file).stream()
                        .filter(l -> l.startsWith("net "))
                        .map(l -> l.substring(4).split("[^A-Za-z0-9_]", -1)[0])
                        .forEach(net -> assertThat(listed).as(file.toString()).contains(net));
            }
        }
        assertThat(run.out()).containsPattern("LeNet5 .*LeCun, Bottou, Bengio, Haffner 1998 +61,706 +416,520 +1x28x28");
        assertThat(run.out())
                .containsPattern("ResNet18 .*He, Zhang, Ren, Sun 2015 +11,689,512 +1,814,073,344 +3x224x224");
    }

    @Test
    void asJson() throws IOException {
        JsonNode all =
                new ObjectMapper().readTree(Run.striate("models", "--json").out());
        assertThat(all).isNotEmpty().allSatisfy(net -> {
            assertThat(net.get("net").asText()).isNotEmpty();
            assertThat(net.get("package").asText()).startsWith("striate.models");
            assertThat(net.get("params").asLong()).isPositive();
            assertThat(net.get("inputs").asText()).matches("\\d+(x\\d+)*( and \\d+(x\\d+)*)*");
            assertThat(net.get("doc").asText()).isNotEmpty();
        });
        JsonNode one = new ObjectMapper()
                .readTree(Run.striate("models", "ResNet18", "--json").out());
        assertThat(one).hasSize(1);
        assertThat(one.at("/0/macs").asLong()).isEqualTo(1814073344);
    }

    @Test
    void oneNetWithItsImportAndItsLayers() {
        Run run = Run.striate("models", "striate.models.LeNet5");
        assertThat(run.out())
                .startsWith("LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998)")
                .contains(
                        "import striate.models.{LeNet5}",
                        "[1, 16, 10, 10]",
                        "total: 61,706 parameters",
                        "for training");
    }

    @Test
    void namesThatAreNotThere() {
        Run near = Run.striate("models", "LeNet6");
        assertThat(near.status()).isEqualTo(2);
        assertThat(near.err()).isEqualTo("striate: the library has no net LeNet6; did you mean LeNet5?\n");
        assertThat(Run.striate("models", "Quuxes").err()).contains("`striate models` lists them");
    }

    @Test
    void papers() {
        assertThat(Papers.first("VGG (Simonyan & Zisserman 2014), with 3x3 windows."))
                .isEqualTo("Simonyan & Zisserman 2014");
        assertThat(Papers.first("AlexNet: Krizhevsky, Sutskever,\nHinton 2012, ImageNet"))
                .isEqualTo("Krizhevsky, Sutskever, Hinton 2012");
        assertThat(Papers.first("X: Aa, Bb, Cc, Dd, Ee 1999.")).isEqualTo("Aa et al. 1999");
        assertThat(Papers.first("Two (Bromley et al. 1993; Hadsell 2006).")).isEqualTo("Bromley et al. 1993");
        assertThat(Papers.first("Takes 28x28: 1024 numbers.")).isEmpty();
        assertThat(Papers.first(null)).isEmpty();
    }

    /** As {@code java -jar} finds classes in the jars that the manifest names, the library is found there. */
    @Test
    void theClassPathHasWhatManifestsName() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "lib/a.jar lib/b.jar");
        Path jar = folder.resolve("main.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream content = new JarOutputStream(out, manifest)) {
            content.finish();
        }
        assertThat(ClassPath.of(jar + System.getProperty("path.separator") + "classes"))
                .containsExactly(jar, folder.resolve("lib/a.jar"), folder.resolve("lib/b.jar"), Path.of("classes"));
    }
}
