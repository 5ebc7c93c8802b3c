package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeCommandTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    private Path folder;

    /** A run that remembers moments and the counts of a metric, with a checkpoint after every few steps. */
    private Path recipe() throws IOException {
        String metric = "metric acc  = top1(logits, digit)";
        String text = Files.readString(DIGITS).replace(metric, metric + "\n  metric reached = recall(logits, digit)");
        assertThat(text).contains("metric reached");
        return Files.writeString(
                folder.resolve("resumed.cnn"), text.substring(0, text.indexOf("/// Seconds on two cores")) + """
                        train Fit for Digits {
                          data digits(batch=64, seed=1)
                          precision mixed(bf16)
                          optimize adam(lr=0.01)
                          schedule warmup(10 steps, then=cosine(to=0))
                          checkpoint every=4 steps keep=3
                          stop after(120 steps)
                        }
                        """);
    }

    private static Path weights(Path out) {
        return out.resolve("weights.safetensors");
    }

    private static List<String> checkpoints(Path out) {
        String[] names = out.resolve("checkpoints").toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    /** Without one that is half written, which a run that is killed then leaves behind and no other goes on from. */
    private static List<String> whole(Path out) {
        return checkpoints(out).stream()
                .filter(name -> name.startsWith("step-"))
                .toList();
    }

    private static JsonNode epochs(Path out) throws IOException {
        return new ObjectMapper().readTree(out.resolve("report.json").toFile()).get("epochs");
    }

    private static Process start(Path file, Path out, boolean resume) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                file.toString(),
                "--threads",
                "1",
                "--out",
                out.toString()));
        if (resume) {
            command.add("--resume");
        }
        File log = new File(out.toString() + ".log");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /** Waits until the run has got further than {@code before} by a random number of checkpoints; false when it is over. */
    private static boolean goesOn(Process process, Path out, List<String> before, int checkpoints)
            throws InterruptedException {
        List<String> last = before;
        int more = 0;
        while (more < checkpoints) {
            if (process.waitFor(1, TimeUnit.MILLISECONDS)) {
                return false;
            }
            List<String> now = whole(out);
            more += now.equals(last) ? 0 : 1;
            last = now;
        }
        return true;
    }

    @Test
    void aRunKilledAtAnyMomentAndResumedEndsWithTheSameFile() throws Exception {
        Path file = recipe();
        Path whole = folder.resolve("whole");
        Run uninterrupted = Run.striate("train", file, "--threads", 1, "--out", whole);
        assertThat(uninterrupted.status()).isZero();
        assertThat(uninterrupted.err())
                .containsOnlyOnce("striate: the recipe asks for mixed(bf16); the backend cpu computes in f32");
        assertThat(checkpoints(whole))
                .containsExactlyInAnyOrder(
                        "step-00000112.safetensors", "step-00000116.safetensors", "step-00000120.safetensors");
        Path out = folder.resolve("killed");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        boolean resume = false;
        for (int kill = 0; kill < 3; kill++) {
            List<String> before = whole(out);
            Process process = start(file, out, resume);
            boolean running = goesOn(process, out, before, 1 + random.nextInt(4));
            process.destroyForcibly().waitFor();
            assertThat(running || Files.exists(weights(out)))
                    .as("seed %d: %s", seed, Files.readString(Path.of(out + ".log")))
                    .isTrue();
            resume = true;
        }
        Run rest = Run.striate("train", file, "--threads", 1, "--out", out, "--resume");
        assertThat(rest.err()).as("seed %d", seed).contains("going on after step ");
        assertThat(rest.status()).isZero();
        assertThat(weights(out)).as("seed %d", seed).hasSameBinaryContentAs(weights(whole));
        assertThat(checkpoints(out)).allMatch(name -> name.startsWith("step-")).hasSize(3);
        assertThat(epochs(out)).as("seed %d", seed).isEqualTo(epochs(whole)).hasSize(6);
    }

    @Test
    void anInterruptLeavesACheckpointAndSaysHowToGoOn() throws Exception {
        Path file = recipe();
        Path whole = folder.resolve("whole");
        Run.striate("train", file, "--threads", 1, "--out", whole);
        Path out = folder.resolve("stopped");
        Process process = start(file, out, false);
        boolean running = goesOn(process, out, List.of(), 2);
        process.destroy(); // the signal that a shell's Ctrl-C is handled like
        process.waitFor();
        String log = Files.readString(Path.of(out + ".log"));
        assertThat(running).as(log).isTrue();
        assertThat(log)
                .containsPattern("interrupted after step \\d+: .*step-\\d{8}\\.safetensors; go on with the same command"
                        + " and --resume");
        assertThat(weights(out)).doesNotExist();
        assertThat(Run.striate("train", file, "--threads", 1, "--out", out, "--resume")
                        .status())
                .isZero();
        assertThat(weights(out)).hasSameBinaryContentAs(weights(whole));
    }

    @Test
    void whatCannotBeResumedIsSaidInOneSentence() throws IOException {
        Path file = recipe();
        Path out = folder.resolve("out");
        Run none = Run.striate("train", file, "--out", out, "--resume");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err())
                .endsWith("striate: there is no checkpoint in " + out.resolve("checkpoints")
                        + " to go on from; train without --resume, with `checkpoint every=1 epoch` in the recipe\n");
        Run.striate("train", file, "--out", out);
        Run seed = Run.striate("train", file, "--out", out, "--resume", "--seed", 3);
        assertThat(seed.status()).isEqualTo(1);
        assertThat(seed.err())
                .endsWith("step-00000120.safetensors: is of a run with seed 1, and this one has 3; go on with the same"
                        + " seed, or begin anew\n");
        Run lr = Run.striate("train", file, "--out", out, "--resume", "--set", "lr=0.5");
        assertThat(lr.err()).contains("is of a run with other data, phases or settings; go on with the same recipe");
        String text = Files.readString(file);
        Files.writeString(file, "// lines may move\n" + text.replace("relu", "elu"));
        Run other = Run.striate("train", file, "--out", out, "--resume");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err())
                .endsWith(
                        "step-00000120.safetensors: is of a run with other layers, losses or metrics; go on with the net as it was,"
                                + " or begin anew\n");
        Files.writeString(file, "// lines may move\n" + text);
        assertThat(Run.striate("train", file, "--out", out, "--resume").status())
                .isZero();
        Path latest = out.resolve("checkpoints/step-00000120.safetensors");
        Files.write(latest, new byte[] {1, 2, 3});
        Run damaged = Run.striate("train", file, "--out", out, "--resume");
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.err()).endsWith(latest + ": has 3 bytes, too few for a safetensors file\n");
    }

    @Test
    void aNewRunSetsTheCheckpointsOfAnEarlierOneAside() throws IOException {
        Path file = recipe();
        Path out = folder.resolve("out");
        Run.striate("train", file, "--out", out);
        String text = Files.readString(file);
        Path shorter = Files.writeString(folder.resolve("shorter.cnn"), text.replace("120 steps", "8 steps"));
        Run.striate("train", shorter, "--out", out);
        assertThat(checkpoints(out))
                .containsExactlyInAnyOrder("step-00000004.safetensors", "step-00000008.safetensors");
        assertThat(out.resolve("checkpoints.old").toFile().list())
                .containsExactlyInAnyOrder(
                        "step-00000112.safetensors", "step-00000116.safetensors", "step-00000120.safetensors");
        Run.striate("train", shorter, "--out", out);
        assertThat(out.resolve("checkpoints.old").toFile().list())
                .containsExactlyInAnyOrder("step-00000004.safetensors", "step-00000008.safetensors");
    }
}
