package dev.striate.bench;

import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.train.TrainingStep;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import striate.models.LeNet5;
import striate.models.cifar.ResNet20;
import striate.models.resnet.ResNet50;

/**
 * The rows of docs/performance.md that need a GPU: training steps beside PyTorch on the same device, in turns. Prints a
 * table and writes it to a file. {@code run-bench} of a bundle of {@code scripts/gpu-bundle} starts it.
 */
public final class GpuBench {
    private static final int ROUNDS = 15;

    /** Runs of ours before anything counts: the first steps compile kernels and capture the graph. */
    private static final int WARM = 20;

    /** A turn lasts about so many milliseconds. */
    private static final double TURN = 300;

    /**
     * A line of the table.
     *
     * @param net creates the net
     * @param precision tf32 or bf16
     * @param mode of PyTorch: eager or compiled
     * @param bar the ratio that is asked for first
     * @param goal the ratio that is aimed at
     */
    private record Row(
            String name,
            LongFunction<Net> net,
            List<Integer> image,
            int classes,
            int batch,
            String precision,
            String mode,
            double bar,
            double goal) {}

    private static final List<Row> ROWS = List.of(
            new Row("LeNet5", LeNet5::init, List.of(1, 28, 28), 10, 16, "tf32", "eager", 3, 6),
            new Row("LeNet5", LeNet5::init, List.of(1, 28, 28), 10, 128, "tf32", "eager", 3, 6),
            new Row("ResNet20", ResNet20::init, List.of(3, 32, 32), 10, 16, "tf32", "eager", 3, 6),
            new Row("ResNet20", ResNet20::init, List.of(3, 32, 32), 10, 128, "tf32", "eager", 3, 6),
            new Row("ResNet50", ResNet50::init, List.of(3, 224, 224), 1000, 256, "bf16", "eager", 1, 1.3),
            new Row("ResNet50", ResNet50::init, List.of(3, 224, 224), 1000, 256, "bf16", "compiled", 0.9, 1.1));

    private GpuBench() {}

    /**
     * Measures.
     *
     * @param args the peer's script, and the file for the table
     * @throws IOException when the table cannot be written
     */
    public static void main(String... args) throws IOException {
        if (!Backends.whyNoCuda().isEmpty()) {
            System.err.println("run-bench: not run on a device: " + Backends.whyNoCuda());
            System.exit(3);
        }
        List<String> lines = new ArrayList<>(List.of(
                "| training step | striate ms | PyTorch ms | ratio | first bar | goal | peer |",
                "|---|---|---|---|---|---|---|"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        lines.forEach(out::println);
        for (Row row : ROWS) {
            String line = line(row, args[0]);
            out.println(line);
            lines.add(line);
            Files.write(Path.of(args[1]), lines);
        }
    }

    private static String line(Row row, String script) {
        String title = row.name + ", batch " + row.batch + ", " + row.precision;
        try (TrainingStep ours = ours(row);
                PyTorch peer = new PyTorch(script, row.name, row.batch, row.precision, row.mode)) {
            double one = warm(ours);
            int steps = Math.clamp(Math.round(TURN / one), 1, 10_000);
            double[] own = new double[ROUNDS];
            double[] other = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                own[i] = time(ours, steps);
                other[i] = peer.time(steps);
            }
            double ratio = median(other) / median(own);
            return String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %.2fx | %.1fx | %.1fx | %s |",
                    title,
                    median(own),
                    median(other),
                    ratio,
                    row.bar,
                    row.goal,
                    peer.version());
        } catch (IOException | RuntimeException e) {
            return "| " + title + " | not measured: " + e.getMessage() + " | | | | | |";
        }
    }

    private static TrainingStep ours(Row row) {
        Backend tf32 = Backends.cuda(); // as run-bench has set it
        Backend cuda =
                row.precision.equals("bf16") ? tf32.in(Precision.MIXED_BF16).orElseThrow() : tf32;
        Optimizer sgd = Optimizer.sgd(1e-3).momentum(0.9).decay(1e-4);
        int[] sizes = row.name.equals("ResNet50") ? new int[] {row.image.get(1), row.image.get(2)} : new int[0];
        TrainingStep step = new TrainingStep(row.net.apply(1), sgd, 1, cuda, row.batch, sizes);
        NetSession session = step.session();
        SplittableRandom random = new SplittableRandom(1);
        int count = row.batch * row.image.stream().reduce(1, Math::multiplyExact);
        for (String name : session.inputNames()) {
            if (session.input(name).isLabel()) {
                session.input(name)
                        .copyFrom(random.ints(row.batch, 0, row.classes).toArray());
            } else {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                session.input(name).copyFrom(values);
            }
        }
        return step;
    }

    private static double warm(TrainingStep step) {
        time(step, WARM);
        return time(step, WARM);
    }

    /** Milliseconds of a step. */
    private static double time(TrainingStep step, int count) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            step.run();
        }
        return (System.nanoTime() - start) / 1e6 / count;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
