package dev.striate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.runtime.backend.Backends;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import striate.models.LeNet5;

/** What {@code run-bench} says and ends with; a script stands in for PyTorch, and the processor for a device. */
class GpuBenchTest {
    private static final GpuBench.Row ROW =
            new GpuBench.Row("LeNet5", LeNet5::init, List.of(1, 28, 28), 10, 2, "tf32", "eager", 3, 6);

    /** Reads as many numbers as there are weights and inputs, and repeats the losses that it is made with. */
    private static final String PEER = """
            import json, sys
            name, precision, mode, path = sys.argv[1:]
            with open(path, "rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
                numbers = len(file.read()) // 4
            print(name, precision, mode, numbers, *[n for n in header if n.startswith("input:")], flush=True)
            print("2.5 2.5 2.5", flush=True)
            for line in sys.stdin:
                print("1.5", flush=True)
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aRowHasBothTimesAndTheLosses() throws IOException {
        assumeTrue(hasPython(), "no python3: nothing stands in for PyTorch");
        Path script = Files.writeString(folder.resolve("peer.py"), PEER);
        Path table = folder.resolve("bench.md");
        assertThat(GpuBench.measure(List.of(ROW), Backends.cpu(1), 1, script.toString(), table))
                .isTrue();
        int numbers = 61706 + 2 * 28 * 28 + 2;
        assertThat(Files.readAllLines(table).getLast())
                .matches("\\| LeNet5, batch 2, tf32 \\| [0-9.]+ \\| 1\\.500 \\| [0-9.]+x \\| 3\\.0x \\| 6\\.0x"
                        + " \\| \\d\\.\\d{5}, \\d\\.\\d{5}, \\d\\.\\d{5} \\| \\d\\.\\de-0\\d"
                        + " \\| LeNet5 tf32 eager " + numbers + " input:image input:digit \\|");
    }

    /** That is no failure: the row is measured. The script for it ends like this where it cannot import PyTorch. */
    @Test
    void withoutAPeerOursIsMeasuredAlone() throws IOException {
        assumeTrue(hasPython(), "no python3: nothing stands in for PyTorch");
        Path torch = Files.createDirectory(folder.resolve("torch"));
        Files.writeString(torch.resolve("__init__.py"), "raise ImportError");
        Path script = Files.copy(Path.of("src/gpu/peer.py"), folder.resolve("peer.py")); // finds the folder first
        Path table = folder.resolve("bench.md");
        assertThat(GpuBench.measure(List.of(ROW), Backends.cpu(1), 1, script.toString(), table))
                .isTrue();
        assertThat(Files.readAllLines(table).getLast())
                .matches("\\| LeNet5, batch 2, tf32 \\| [0-9.]+ \\| \\| \\| 3\\.0x \\| 6\\.0x"
                        + " \\| \\d\\.\\d{5}, \\d\\.\\d{5}, \\d\\.\\d{5} \\| \\|"
                        + " no peer: PyTorch is not installed \\|");
    }

    @Test
    void aRowThatDoesNotFitIsSaidAndTheOthersGoOn() throws IOException {
        assumeTrue(hasPython(), "no python3: nothing stands in for PyTorch");
        Path script = Files.writeString(folder.resolve("peer.py"), PEER);
        Path table = folder.resolve("bench.md");
        GpuBench.Row large = new GpuBench.Row(
                "LeNet5",
                seed -> {
                    throw new OutOfMemoryError("the GPU has 1 GiB | of 2");
                },
                List.of(1, 28, 28),
                10,
                4,
                "tf32",
                "eager",
                3,
                6);
        assertThat(GpuBench.measure(List.of(large, ROW), Backends.cpu(1), 1, script.toString(), table))
                .isFalse();
        assertThat(Files.readAllLines(table).subList(2, 4))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("| LeNet5, batch 4, tf32 | not measured: the GPU has 1 GiB / of 2"
                                        + " | | | | | | | |"),
                        line -> assertThat(line).contains("| 1.500 |"));
    }

    @Test
    void aRowThatIsNotMeasuredIsSaidAndCounts() throws IOException {
        assumeTrue(hasPython(), "no python3: nothing stands in for PyTorch");
        Path table = folder.resolve("bench.md");
        String script = folder.resolve("none.py").toString();
        assertThat(GpuBench.measure(List.of(ROW), Backends.cpu(1), 1, script, table))
                .isFalse();
        assertThat(Files.readAllLines(table))
                .hasSize(3)
                .last()
                .asString()
                .startsWith("| LeNet5, batch 2, tf32 | not measured: ");
    }

    @Test
    void lossesDifferByTheLargestShare() {
        assertThat(GpuBench.difference(new double[] {2, 4}, new double[] {2, 3}))
                .isEqualTo(0.25);
        assertThat(GpuBench.difference(new double[] {2, 4}, new double[] {2})).isInfinite();
        assertThat(GpuBench.difference(new double[] {2, 4}, new double[] {Double.NaN, 4}))
                .isInfinite();
    }

    private static boolean hasPython() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
    }
}
