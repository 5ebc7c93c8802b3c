package dev.striate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.striate.bench.Row.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** All that is asked for of the CPU, in the order of the table. */
final class Rows {
    private static final int STARTS = 7;

    /** How the heap of the command is when it compiles. */
    private static final List<String> AS_COMMAND = List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders");

    /** Milliseconds by the number of layers. */
    private static final List<String> DEPTHS = List.of("10", "100", "1000", "10000");

    private static final List<String> ACCURATE =
            List.of("LeNet5", "ResNet18", "ResNet50", "GoogLeNet", "AlexNet", "MobileNetV2", "ResNet20", "VGG16");

    /** The rows. */
    static final List<Row> ALL = List.of(
            Row.race("ResNet18", "infer", 1, 1.5, 2.0),
            Row.race("VGG16", "infer", 1, 1.5, 2.0),
            Row.race("ResNet18", "infer", 16, 1.5, 2.5),
            Row.race("VGG16", "infer", 16, 1.5, 2.5),
            Row.race("ResNet50", "infer", 1, 1.0, 1.5),
            Row.race("GoogLeNet", "infer", 1, 1.0, 1.5),
            Row.race("AlexNet", "infer", 1, 1.0, 1.3),
            Row.race("MobileNetV2", "infer", 1, 1.0, 1.3),
            against("LeNet5", "libtorch", 5, 10),
            against("LeNet5", "ONNX Runtime", 1, 2),
            Row.race("ResNet18", "train", 16, 1.2, 2),
            Row.race("VGG11", "train", 8, 1.2, 2),
            Row.race("LeNet5", "train", 128, 1.5, 3),
            Row.race("ResNet20", "train", 128, 1.5, 3),
            new Row("direct convolution, share of the FMA peak", 75, 90, true, Rows::convolutions),
            arena("ResNet18", 16, "train"),
            arena("GoogLeNet", 1, "infer"),
            memory("ResNet18", 16),
            memory("ResNet20", 128),
            new Row("`.cnn` to Java, ResNet-152, warm process", 300, 100, false, Rows::warmCompiler),
            new Row("`.cnn` to Java, ResNet-152, cold process", 1500, 600, false, Rows::coldCompiler),
            new Row("compile time against depth, 10 to 10,000 layers", 1.3, 1.3, false, Rows::depth),
            new Row("JVM start to first LeNet-5 prediction", 800, 350, false, Rows::firstPrediction),
            scaling("ResNet18", 1),
            scaling("ResNet18", 16),
            new Row("accuracy against 64 bits, worst net", 2e-5, 2e-5, false, Rows::accuracy));

    private Rows() {}

    /** One of the peers alone. */
    private static Row against(String net, String peer, double bar, double goal) {
        return new Row("inference " + net + ", batch 1, against " + peer, bar, goal, true, child -> {
            JsonNode json = child.measure(Main.class, List.of(net, "--json"));
            double ours = json.path("contestants").path(0).path("ms").asDouble();
            for (JsonNode one : json.path("contestants")) {
                if (one.path("name").asText().startsWith(peer)) {
                    double theirs = one.path("ms").asDouble();
                    return new Answer(
                            theirs / ours,
                            "x",
                            Row.number(1000 * ours) + " us; " + one.path("name").asText() + " "
                                    + Row.number(1000 * theirs) + " us");
                }
            }
            throw new IOException(peer + " did not run");
        });
    }

    private static Row arena(String net, int batch, String mode) {
        String work = "memory of the arena against the largest live set, " + net + ", batch " + batch + ", "
                + (mode.equals("train") ? "training" : "inference");
        return new Row(work, 1.10, 1.02, false, child -> {
            JsonNode json = child.measure(Probe.class, List.of("arena", net, String.valueOf(batch), mode));
            double mib = json.path("mib").asDouble();
            double least = json.path("least").asDouble();
            return new Answer(mib / least, "x", Row.number(mib) + " of " + Row.number(least) + " MiB");
        });
    }

    private static Row memory(String net, int batch) {
        String work = "peak resident memory of a training step against libtorch, " + net + ", batch " + batch;
        return new Row(work, 0.8, 0.5, false, child -> {
            double ours = resident(child, "ours", net, batch);
            double theirs = resident(child, "libtorch", net, batch);
            return new Answer(
                    ours / theirs, "x", Row.number(ours) + " of " + Row.number(theirs) + " MiB, each with its JVM");
        });
    }

    /** With the garbage collector that the launcher asks for. */
    private static double resident(Child child, String who, String net, int batch) throws IOException {
        List<String> options = new ArrayList<>(Child.OPTIONS);
        options.add("-XX:+UseSerialGC");
        return child.measure(options, Probe.class, List.of("memory", who, net, String.valueOf(batch)))
                .path("mib")
                .asDouble();
    }

    private static Answer warmCompiler(Child child) throws IOException {
        return new Answer(
                child.measure(AS_COMMAND, Probe.class, List.of("compile"))
                        .path("ms")
                        .asDouble(),
                " ms",
                "median of 15");
    }

    /** The command as users start it, from its own start to the written file. */
    private static Answer coldCompiler(Child child) throws IOException {
        Path folder = Files.createTempDirectory("striate-bench");
        Path source = folder.resolve("resnet152.cnn");
        try (var text = Probe.class.getResourceAsStream("resnet152.cnn")) {
            if (text == null) {
                throw new IOException("resnet152.cnn is not in the jar");
            }
            Files.copy(text, source);
        }
        List<String> command = List.of(
                child.root().resolve("striate").toString(), "compile", source.toString(), "-d", folder.toString());
        child.time(command); // builds the command when it is older than its sources
        return new Answer(median(child, command), " ms", "`striate compile`, median of " + STARTS);
    }

    private static double median(Child child, List<String> command) throws IOException {
        double[] times = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            times[i] = child.time(command);
        }
        Arrays.sort(times);
        return times[STARTS / 2];
    }

    private static Answer depth(Child child) throws IOException {
        JsonNode json = child.measure(AS_COMMAND, Probe.class, List.of("depth"));
        double worst = 0;
        List<String> details = new ArrayList<>();
        for (int i = 0; i < DEPTHS.size(); i++) {
            double ms = json.path(DEPTHS.get(i)).asDouble();
            details.add(DEPTHS.get(i) + " layers " + Row.number(ms) + " ms");
            if (i > 0) {
                worst = Math.max(worst, ms / 10 / json.path(DEPTHS.get(i - 1)).asDouble());
            }
        }
        return new Answer(worst, "x", "worst decade, time a layer; " + String.join(", ", details));
    }

    /** A process that opens the net, predicts and ends; then the same with a cache of its classes. */
    private static Answer firstPrediction(Child child) throws IOException {
        double plain = median(child, child.java(List.of(), Probe.class, List.of("first")));
        Path cache = Files.createTempDirectory("striate-bench").resolve("first.aot");
        child.time(child.java(List.of("-XX:AOTCacheOutput=" + cache), Probe.class, List.of("first")));
        double cached = median(child, child.java(List.of("-XX:AOTCache=" + cache), Probe.class, List.of("first")));
        Files.delete(cache);
        return new Answer(
                cached,
                " ms",
                "to the end of the process, with a JDK AOT cache; " + Row.number(plain) + " ms without one; medians of "
                        + STARTS);
    }

    /** The median of a few shapes, on one thread. */
    private static Answer convolutions(Child child) throws IOException {
        JsonNode json = child.measure(Probe.class, List.of("convolution", "1"));
        List<Double> shares = new ArrayList<>();
        List<String> details = new ArrayList<>();
        for (Map.Entry<String, JsonNode> share : json.properties()) {
            shares.add(share.getValue().asDouble());
            details.add(share.getKey() + ": " + Math.round(share.getValue().asDouble()) + " %");
        }
        Collections.sort(shares);
        double median = (shares.get((shares.size() - 1) / 2) + shares.get(shares.size() / 2)) / 2;
        return new Answer(median, " %", "median of shapes, one thread, batch 1: " + String.join("; ", details));
    }

    private static Row scaling(String net, int batch) {
        return new Row("two threads against one, " + net + ", batch " + batch, 1.7, 1.9, true, child -> {
            JsonNode json = child.measure(Probe.class, List.of("scaling", net, String.valueOf(batch)));
            double one = json.path("one").asDouble();
            double two = json.path("two").asDouble();
            return new Answer(one / two, "x", Row.number(one) + " ms, " + Row.number(two) + " ms");
        });
    }

    private static Answer accuracy(Child child) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("accuracy"));
        arguments.addAll(ACCURATE);
        JsonNode json = child.measure(Probe.class, arguments);
        double worst = 0;
        List<String> details = new ArrayList<>();
        for (String net : ACCURATE) {
            double difference = json.path(net).asDouble(Double.NaN);
            worst = Math.max(worst, difference);
            details.add(net + " " + Row.number(difference));
        }
        return new Answer(
                worst, "", "largest difference of an output by the largest output; " + String.join(", ", details));
    }
}
