package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ProfileTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");
    private static final Path RESNET = Path.of("../stdlib-models/src/main/cnn/striate/models/resnet/resnet.cnn");

    @TempDir
    private Path folder;

    @Test
    void timesTheStepsOfATrainingStep() throws Exception {
        Path page = folder.resolve("profile.html");
        Run run = Run.striate(
                "profile", DIGITS, "--train", "--batch", 4, "--rounds", 3, "--peak", 100, "--json", "--html", page);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        JsonNode profile = new ObjectMapper().readTree(run.out());
        assertThat(profile.get("net").asText()).isEqualTo("examples.Digits");
        assertThat(profile.get("peak").asDouble()).isEqualTo(100);
        List<JsonNode> rows = new ArrayList<>();
        profile.get("rows").forEach(rows::add);
        JsonNode conv1 = rows.getFirst();
        assertThat(conv1.get("path").asText()).isEqualTo("conv1");
        assertThat(conv1.get("place").asText()).endsWith("digits.cnn:9");
        assertThat(conv1.get("operation").asText()).isEqualTo("conv 3x3 + relu");
        assertThat(conv1.get("macs").asLong()).isEqualTo(4 * 16 * 64 * 9);
        assertThat(conv1.get("backward").asBoolean()).isFalse();
        assertThat(conv1.get("gflops").asDouble())
                .isEqualTo(2.0 * conv1.get("macs").asLong() / conv1.get("nanos").asLong());
        assertThat(rows)
                .filteredOn(row -> row.get("backward").asBoolean())
                .extracting(row -> row.get("path").asText())
                .contains("conv2.input.grad", "conv1.weight.grad", "fc1.bias.grad");
        assertIsPictureOf(rows, Files.readString(page));
    }

    @Test
    void timesWhatIsComputedOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("twice.cnn"), """
                net Twice {
                  input x: f32[N, 8]
                  x -> tanh -> exp -> output a
                  x -> tanh -> square -> output b
                }
                """);
        Run run = Run.striate("profile", file, "--batch", 2, "--rounds", 3, "--peak", 100, "--json");
        assertThat(run.err()).isEmpty();
        List<String> paths = new ArrayList<>();
        new ObjectMapper()
                .readTree(run.out())
                .get("rows")
                .forEach(row -> paths.add(row.get("path").asText()));
        assertThat(paths).containsExactly("tanh1", "exp1", "square1");
    }

    /** Boxes lie within those above, beside one another, and one of them names each step. */
    private static void assertIsPictureOf(List<JsonNode> rows, String page) throws Exception {
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http", "src=", "<link");
        Matcher pictures = Pattern.compile("<h2>(forward|backward) pass.*?(<svg.*?</svg>)</div>", Pattern.DOTALL)
                .matcher(page);
        List<String> titles = new ArrayList<>();
        while (pictures.find()) {
            Document svg = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(pictures.group(2).getBytes(StandardCharsets.UTF_8)));
            NodeList boxes = svg.getDocumentElement().getElementsByTagName("svg");
            double end = 0;
            double level = -1;
            for (int i = 0; i < boxes.getLength(); i++) {
                Element box = (Element) boxes.item(i);
                double x = percent(box, "x");
                double y = Double.parseDouble(box.getAttribute("y"));
                assertThat(x).isGreaterThanOrEqualTo(y > level ? 0 : end - 1e-3);
                level = y;
                end = x + percent(box, "width");
                assertThat(end).isLessThanOrEqualTo(100.001);
                titles.add(box.getElementsByTagName("title").item(0).getTextContent());
            }
        }
        for (JsonNode row : rows) {
            assertThat(titles).anyMatch(t -> t.startsWith(row.get("path").asText() + ", "));
        }
    }

    private static double percent(Element box, String attribute) {
        return Double.parseDouble(box.getAttribute(attribute).replace("%", ""));
    }

    @Test
    void showsATableInTheOrderOfTheRunOrTheSlowestSteps() {
        Run all = Run.striate("profile", DIGITS, "--rounds", 1, "--backend", "reference", "--peak", 8);
        assertThat(all.err()).isEmpty();
        List<String> lines = all.out().lines().toList();
        assertThat(lines.getFirst()).startsWith("examples.Digits, inference at N = 1, on reference");
        assertThat(lines.get(1)).startsWith("step").contains("operation", "kernel", "time", "of peak", "GB/s");
        assertThat(lines.subList(2, lines.size() - 1))
                .extracting(line -> line.split(" ", -1)[0])
                .containsExactly("conv1", "conv2", "max_pool1", "fc1");
        assertThat(lines.getLast()).startsWith("total: ").contains("in 4 steps").endsWith("of the peak of 8 GFLOP/s");
        Run top = Run.striate("profile", DIGITS, "--rounds", 1, "--backend", "reference", "--top", 1);
        assertThat(top.out().lines()).hasSize(4).element(2).asString().startsWith("conv2 ");
    }

    @Test
    void namesStepsOfBlocksByTheirPaths() throws IOException {
        Run run = Run.striate("profile", RESNET, "--net", "ResNet18", "--size", "32x32", "--rounds", 1, "--json");
        JsonNode profile = new ObjectMapper().readTree(run.out());
        assertThat(profile.get("sizes").get("H").asInt()).isEqualTo(32);
        assertThat(profile.get("rows").findValuesAsText("path")).contains("stem.conv1", "layer1.0.conv1");
        List<String> operations = profile.get("rows").findValuesAsText("operation");
        boolean joins = profile.get("backend").asText().contains("SIMD of 512 bits");
        assertThat(operations)
                .contains("conv 3x3 + affine_add_relu")
                .contains(joins ? "conv 7x7/2 + affine_relu + max_pool 3x3/2" : "conv 7x7/2 + affine_relu");
        assertThat(profile.get("rows").get(0).get("shape").asText())
                .isEqualTo(joins ? "[1, 64, 8, 8]" : "[1, 64, 16, 16]");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        refused(2, "--rounds takes a number of at least 1, not 0", DIGITS, "--rounds", 0);
        refused(2, "--batch takes a number of at least 1, not -1", DIGITS, "--batch", -1);
        refused(2, "--peak takes GFLOP/s, a number above 0, not 0.0", DIGITS, "--peak", 0);
        Path plain = Files.writeString(
                folder.resolve("plain.cnn"), "net A { input x: f32[N, 4]  x -> fc(2) -> output y }\n");
        refused(1, "A has no loss, so it cannot be trained", plain, "--train");
        refused(1, "at batch 2147483647: ", DIGITS, "--batch", 2147483647);
        refused(1, "cannot be written", DIGITS, "--rounds", 1, "--html", folder);
    }

    private static void refused(int status, String why, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("profile"));
        all.addAll(List.of(arguments));
        Run run = Run.striate(all.toArray());
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(why).hasLineCount(1);
    }
}
