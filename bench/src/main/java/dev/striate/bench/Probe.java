package dev.striate.bench;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.source.SourceFile;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.BoundKernel;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.simd.FmaPeak;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import striate.models.LeNet5;

/**
 * One question that needs a process of its own, such as the peak of its memory. Prints one JSON object of numbers by name
 * as its last line.
 */
public final class Probe {
    private static final int THREADS = 2;
    private static final int STEPS = 3;
    private static final int ROUNDS = 15;
    /** In the first ten seconds there is one or two in which the JIT compiler's work makes a compilation five times as long. */
    private static final long WARM = 12_000_000_000L;

    private static final long WARM_KERNEL = 1_500_000_000L;
    /** What one figure of a median is measured over. */
    private static final long SAMPLE = 20_000_000L;

    private Probe() {}

    /** The question and its arguments. */
    public static void main(String[] args) throws IOException, OrtException {
        Map<String, Double> answer = switch (args[0]) {
            case "memory" -> memory(args[1].equals("libtorch"), Subject.of(args[2], Integer.parseInt(args[3])));
            case "arena" -> arena(Subject.of(args[1], Integer.parseInt(args[2])), args[3].equals("train"));
            case "compile" -> Map.of("ms", compile(resNet152()));
            case "depth" -> depth();
            case "convolution" -> convolutions(Integer.parseInt(args[1]));
            case "first" -> first();
            case "scaling" -> scaling(Subject.of(args[1], Integer.parseInt(args[2])));
            case "accuracy" -> accuracy(Arrays.asList(args).subList(1, args.length));
            default -> throw new IllegalArgumentException("there is no probe " + args[0]);
        };
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(new ObjectMapper().writeValueAsString(answer));
        System.exit(0); // libtorch's threads may hang in their destructors
    }

    /** The peak of this process's resident memory after some training steps, in MiB. */
    private static Map<String, Double> memory(boolean libtorch, Subject subject) throws IOException {
        Data data = Data.of(subject);
        try (Contestant contestant = libtorch
                ? new TorchTraining(subject, data, THREADS, Bench.OPTIMIZER, false)
                : Ours.training(subject, data, THREADS, Bench.OPTIMIZER)) {
            for (int i = 0; i < STEPS; i++) {
                contestant.run();
            }
        }
        return Map.of("mib", peakKibibytes() / 1024.0);
    }

    private static long peakKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("VmHWM:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this system does not say how much memory a process had"));
    }

    /** The memory of a session and what no plan can be below, in MiB. */
    private static Map<String, Double> arena(Subject subject, boolean training) {
        Net net = subject.create();
        try (NetSession session = training
                ? net.training(Backends.cpu(THREADS), subject.batch(), subject.ordered())
                : net.open(Backends.cpu(THREADS), subject.batch(), subject.ordered())) {
            return Map.of("mib", session.bytes() / 0x1p20, "least", session.leastBytes() / 0x1p20);
        }
    }

    private static SourceFile resNet152() throws IOException {
        try (InputStream text = Probe.class.getResourceAsStream("resnet152.cnn")) {
            if (text == null) {
                throw new IllegalStateException("resnet152.cnn is not in the jar");
            }
            return new SourceFile("resnet152.cnn", new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The median time from text to Java in a warm process, in milliseconds. */
    private static double compile(SourceFile source) {
        return median(() -> compiled(source), WARM) / 1e6;
    }

    /** The median time of something in nanoseconds, each time over enough runs for the clock. */
    private static double median(Runnable work, long warm) {
        long begin = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - begin < warm) {
            work.run();
            count++;
        }
        int runs = Math.clamp(count * SAMPLE / warm, 1, Integer.MAX_VALUE);
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            for (int run = 0; run < runs; run++) {
                work.run();
            }
            times[i] = (double) (System.nanoTime() - start) / runs;
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    private static void compiled(SourceFile source) {
        Compilation compilation = Compiler.compile(source);
        if (compilation.diagnostics().hasErrors()) {
            throw new IllegalStateException(source.name() + " has errors");
        }
    }

    /** Milliseconds by depth, of chains of convolutions that are trained. */
    private static Map<String, Double> depth() {
        Map<String, Double> times = new TreeMap<>();
        for (int layers : new int[] {10, 100, 1_000, 10_000}) {
            times.put(String.valueOf(layers), compile(new SourceFile("chain.cnn", chain(layers))));
        }
        return times;
    }

    private static String chain(int layers) {
        return "net Chain { input x: f32[N, 8, 8, 8] label y: class[N, 8] x"
                + " -> conv(8, 3, pad=1) -> relu".repeat(layers / 2)
                + " -> global_avg_pool -> output z loss xent = cross_entropy(z, y) }";
    }

    /** The shares of the peak that convolutions reach for which there is no Winograd algorithm, in per cent. */
    private static Map<String, Double> convolutions(int batch) {
        double peak = FmaPeak.measure(1);
        Map<String, Double> shares = new TreeMap<>();
        shares.put(
                "3x3 stride 2, 64 to 128, 56",
                share(Conv.conv(128, 3, 3).stride(2, 2).pad(1), batch, 64, 56, peak));
        shares.put("5x5, 64 to 64, 28", share(Conv.conv(64, 5, 5).pad(2), batch, 64, 28, peak));
        shares.put("1x1, 64 to 256, 56", share(Conv.conv(256, 1, 1), batch, 64, 56, peak));
        shares.put("1x1, 256 to 64, 56", share(Conv.conv(64, 1, 1), batch, 256, 56, peak));
        return shares;
    }

    private static double share(Conv written, int batch, int channels, int extent, double peak) {
        Conv conv = written.round(Rounding.FLOOR);
        Sizes x = Sizes.of(batch, channels, extent, extent);
        long macs = (long) conv.output(List.of(x)).elements()
                * conv.params(List.of(x)).getFirst().shape().elementsFrom(1);
        try (BoundKernel kernel = new BoundKernel(Backends.cpu(1), conv, List.of(x), 1)) {
            return 100 * 2 * macs / median(kernel::run, WARM_KERNEL) / peak;
        }
    }

    /** Where a process that predicts once is at its end: whoever started it takes the time. */
    private static Map<String, Double> first() {
        try (NetSession session = LeNet5.init(1).open(Backends.best(), 1)) {
            float[] image = new float[session.input("image").shape().elements()];
            Arrays.fill(image, 1);
            session.input("image").copyFrom(image);
            session.run();
            return Map.of("logit", (double) session.output("logits").toArray()[0]);
        }
    }

    /** The median times of one and of two threads, in milliseconds. */
    private static Map<String, Double> scaling(Subject subject) {
        Data data = Data.of(subject);
        try (Contestant one = Ours.inference(subject, data, 1);
                Contestant two = Ours.inference(subject, data, 2)) {
            long[] nanos = Race.medians(List.of(one, two), ROUNDS);
            return Map.of("one", nanos[0] / 1e6, "two", nanos[1] / 1e6);
        }
    }

    /** The largest relative difference of the outputs of nets to those that libtorch computes with 64 bits. */
    private static Map<String, Double> accuracy(List<String> nets) throws IOException {
        Map<String, Double> differences = new TreeMap<>();
        for (String net : nets) {
            Subject subject = Subject.of(net, 1);
            Data data = Data.of(subject);
            try (Contestant ours = Ours.inference(subject, data, THREADS)) {
                ours.run();
                differences.put(net, Results.distance(ours.result(), TorchReference.outputs(subject, data, THREADS)));
            }
        }
        return differences;
    }
}
