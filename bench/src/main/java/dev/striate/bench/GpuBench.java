package dev.striate.bench;

import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.io.NamedTensor;
import dev.striate.runtime.train.TrainingStep;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import striate.models.LeNet5;
import striate.models.cifar.ResNet20;
import striate.models.resnet.ResNet50;

/**
 * The rows of docs/performance.md that need a GPU: training steps beside PyTorch on the same device, in turns; ours alone where PyTorch is not
 * installed. Prints a table and writes it to a file. {@code run-bench} of a bundle of {@code scripts/gpu-bundle} starts it.
 */
public final class GpuBench {
    private static final int ROUNDS = 15;

    /** Runs of ours before anything counts: the first steps compile kernels and capture the graph. */
    private static final int WARM = 20;

    /** How many losses are compared: those depend on gradients and updates. */
    private static final int FIRST = 3;

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
    record Row(
            String name,
            LongFunction<Net> net,
            List<Integer> image,
            int classes,
            int batch,
            String precision,
            String mode,
            double bar,
            double goal) {
        String title() {
            return name + ", batch " + batch + ", " + precision;
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row("LeNet5", LeNet5::init, List.of(1, 28, 28), 10, 16, "tf32", "eager", 3, 6),
            new Row("LeNet5", LeNet5::init, List.of(1, 28, 28), 10, 128, "tf32", "eager", 3, 6),
            new Row("ResNet20", ResNet20::init, List.of(3, 32, 32), 10, 16, "tf32", "eager", 3, 6),
            new Row("ResNet20", ResNet20::init, List.of(3, 32, 32), 10, 128, "tf32", "eager", 3, 6),
            new Row("ResNet50", ResNet50::init, List.of(3, 224, 224), 1000, 256, "bf16", "eager", 1, 1.3),
            new Row("ResNet50", ResNet50::init, List.of(3, 224, 224), 1000, 256, "bf16", "compiled", 0.9, 1.1));

    private GpuBench() {}

    /**
     * Measures. Ends with status 1 when a row was not measured, and with 3 when there is no device. A peer that is not installed is no failure.
     *
     * @param args the peer's script, and the file for the table
     * @throws IOException when the table cannot be written
     */
    public static void main(String... args) throws IOException {
        if (!Backends.whyNoCuda().isEmpty()) {
            String why = "not run on a device: " + Backends.whyNoCuda();
            System.err.println("run-bench: " + why);
            Files.writeString(Path.of(args[1]), "Not measured: " + why + "\n");
            System.exit(3);
        }
        Backend tf32 = Backends.cuda(); // as run-bench has set it
        System.exit(measure(ROWS, tf32, ROUNDS, args[0], Path.of(args[1])) ? 0 : 1);
    }

    /**
     * Prints the table and writes it to a file.
     *
     * @return whether all rows were measured
     */
    static boolean measure(List<Row> rows, Backend backend, int rounds, String script, Path table) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "| training step | striate ms | PyTorch ms | ratio | first bar | goal | first losses | PyTorch's differ by | peer |",
                "|---|---|---|---|---|---|---|---|---|"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        lines.forEach(out::println);
        boolean all = true;
        for (Row row : rows) {
            String line;
            Path file = Files.createTempFile("striate-", ".safetensors");
            try {
                line = line(row, backend, rounds, script, file);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                line = "| " + row.title() + " | not measured: " + words(e) + " | | | | | | | |";
                all = false;
            } finally {
                Files.delete(file);
            }
            out.println(line);
            lines.add(line);
            Files.write(table, lines);
        }
        return all;
    }

    /** In one line, without what would end a cell of the table. */
    private static String words(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).replaceAll("\\s+", " ").replace("|", "/");
    }

    /** Measures a row; the file takes weights and inputs to the peer. */
    private static String line(Row row, Backend backend, int rounds, String script, Path file) throws IOException {
        Net net = row.net.apply(1);
        try (TrainingStep ours = ours(row, net, backend)) {
            net.weights().save(file, fill(ours.session(), row.classes), Map.of());
            double[] losses = losses(ours);
            try (PyTorch peer = PyTorch.start(script, row.name, row.precision, row.mode, file)) {
                if (peer == null) {
                    return alone(row, ours, losses, rounds);
                }
                double one = warm(ours);
                int steps = Math.clamp(Math.round(TURN / one), 1, 10_000);
                double[] own = new double[rounds];
                double[] other = new double[rounds];
                for (int i = 0; i < rounds; i++) {
                    own[i] = time(ours, steps);
                    other[i] = peer.time(steps);
                }
                return String.format(
                        Locale.ROOT,
                        "| %s | %.3f | %.3f | %.2fx | %.1fx | %.1fx | %s | %.1e | %s |",
                        row.title(),
                        median(own),
                        median(other),
                        median(other) / median(own),
                        row.bar,
                        row.goal,
                        text(losses),
                        difference(losses, peer.losses()),
                        peer.version());
            }
        }
    }

    /** A row without a peer. */
    private static String alone(Row row, TrainingStep ours, double[] losses, int rounds) {
        int steps = Math.clamp(Math.round(TURN / warm(ours)), 1, 10_000);
        double[] own = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            own[i] = time(ours, steps);
        }
        return String.format(
                Locale.ROOT,
                "| %s | %.3f | | | %.1fx | %.1fx | %s | | no peer: PyTorch is not installed |",
                row.title(),
                median(own),
                row.bar,
                row.goal,
                text(losses));
    }

    private static String text(double[] losses) {
        return Arrays.stream(losses)
                .mapToObj(loss -> String.format(Locale.ROOT, "%.5f", loss))
                .collect(Collectors.joining(", "));
    }

    private static TrainingStep ours(Row row, Net net, Backend backend) {
        Backend own =
                row.precision.equals("bf16") ? backend.in(Precision.MIXED_BF16).orElseThrow() : backend;
        Optimizer sgd = Optimizer.sgd(1e-3).momentum(0.9).decay(1e-4);
        int[] sizes = row.name.equals("ResNet50") ? new int[] {row.image.get(1), row.image.get(2)} : new int[0];
        return new TrainingStep(net, sgd, 1, own, row.batch, sizes);
    }

    /** Draws inputs, and gives them as they go to the peer: class indices as numbers of float32, too. */
    private static List<NamedTensor> fill(NetSession session, int classes) {
        SplittableRandom random = new SplittableRandom(1);
        List<NamedTensor> drawn = new ArrayList<>();
        for (String name : session.inputNames()) {
            Input input = session.input(name);
            float[] values = new float[input.shape().elements()];
            if (input.isLabel()) {
                int[] labels = random.ints(values.length, 0, classes).toArray();
                input.copyFrom(labels);
                IntStream.range(0, values.length).forEach(i -> values[i] = labels[i]);
            } else {
                IntStream.range(0, values.length).forEach(i -> values[i] = (float) random.nextGaussian());
                input.copyFrom(values);
            }
            MemorySegment data = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, values);
            drawn.add(new NamedTensor("input:" + name, input.shape(), data));
        }
        return drawn;
    }

    private static double[] losses(TrainingStep step) {
        return IntStream.range(0, FIRST)
                .mapToDouble(i -> {
                    step.run();
                    return step.session().output("xent").value();
                })
                .toArray();
    }

    /** The largest difference, by the size of the loss; infinite when the peer has fewer of them or one is no number. */
    static double difference(double[] losses, double[] others) {
        if (losses.length != others.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (int i = 0; i < losses.length; i++) {
            double difference = Math.abs(losses[i] - others[i]) / Math.abs(losses[i]);
            largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest;
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
