package dev.striate.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Profiler;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.OutputFile;
import dev.striate.runtime.simd.FmaPeak;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate profile}. */
@Command(
        name = "profile",
        description =
                "Runs a net on random numbers, and shows where the time goes: per step its time, kernel, share of the"
                        + " machine's fused multiply-adds, and bytes.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate profile examples/digits.cnn --train --batch 64 --html profile.html")
final class ProfileCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "--train", description = "Forward and backward pass of a training step (default: inference).")
    private boolean train;

    @Option(names = "--batch", paramLabel = "B", description = "The number of samples, N (default: 1).")
    private int batch = 1;

    @Option(
            names = "--size",
            paramLabel = "RxC",
            description = "Rows and columns of the picture, where the net leaves them open (default: those of its"
                    + " contracts, else small ones).")
    private @Nullable String size;

    @Option(names = "--rounds", paramLabel = "R", description = "Runs that are timed, after warm-up (default: 20).")
    private int rounds = 20;

    @Option(names = "--top", paramLabel = "K", description = "Only the K slowest steps, the slowest first.")
    private @Nullable Integer top;

    @Option(
            names = "--peak",
            paramLabel = "G",
            description = "The multiply-adds that the threads can do together, in GFLOP/s (default: measured).")
    private @Nullable Double peak;

    @Option(names = "--json", description = "As JSON: all steps.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "HTML",
            description = "Writes a picture of the times, too: a page by itself.")
    private @Nullable Path page;

    @Mixin
    private final Machine machine = new Machine();

    ProfileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        atLeastOne("--batch", batch);
        atLeastOne("--rounds", rounds);
        if (top != null) {
            atLeastOne("--top", top);
        }
        if (peak != null && !(peak > 0)) {
            throw Failure.usage("--peak takes GFLOP/s, a number above 0, not " + peak);
        }
        CompiledNet selected = Programs.one(Programs.compile(file, console), net);
        Profile profile = profile(selected, machine.open(console));
        if (page != null) {
            byte[] bytes = ProfilePage.html(profile).getBytes(StandardCharsets.UTF_8);
            OutputFile.replace(page, out -> out.write(MemorySegment.ofArray(bytes)));
        }
        if (json) {
            console.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(profile));
        } else {
            ProfileText.print(profile, top, console);
        }
        return 0;
    }

    private static void atLeastOne(String option, int value) {
        if (value < 1) {
            throw Failure.usage(option + " takes a number of at least 1, not " + value);
        }
    }

    private Profile profile(CompiledNet selected, Backend backend) {
        NetModel model = selected.model();
        Graph graph = train ? model.training() : model.inference();
        if (graph == null) {
            throw Failure.input(model.qualifiedName()
                    + " has no loss, so it cannot be trained; write loss NAME = cross_entropy(OUTPUT, LABEL)");
        }
        ChosenSizes chosen = new ChosenSizes(model);
        Map<String, Long> sizes = new LinkedHashMap<>(
                size == null ? ContractSizes.of(model).orElseGet(() -> chosen.of(null)) : chosen.of(size));
        int[] ordered = chosen.ordered(sizes);
        sizes.put("N", (long) batch);
        Generated generated = GeneratedCode.load(List.of(selected)).getFirst();
        Net loaded = generated.create(Weights.init(generated.spec(), 1));
        try (Profiler profiler = open(loaded, backend, ordered)) {
            fill(profiler.session());
            List<long[]> times = Profile.times(profiler, rounds);
            return new Profile(
                    model.qualifiedName(),
                    train ? "forward and backward pass" : "inference",
                    sizes,
                    backend.name() + ": " + backend.description(),
                    rounds,
                    peak(backend),
                    Profile.median(times, profiler.steps().size()),
                    Profile.rows(
                            train ? Pipelines.ALL.forTraining(graph) : Pipelines.ALL.forInference(graph),
                            sizes,
                            profiler.steps(),
                            times));
        }
    }

    /** What does not fit says the line of the source: too many elements for a tensor, too little memory. */
    private Profiler open(Net loaded, Backend backend, int[] sizes) {
        try {
            return Profiler.open(backend, b -> train ? loaded.training(b, batch, sizes) : loaded.open(b, batch, sizes));
        } catch (IllegalArgumentException e) {
            throw Failure.tooLarge("at batch " + batch, e);
        }
    }

    private double peak(Backend backend) {
        if (peak != null) {
            return peak;
        }
        boolean isHere = !backend.name().equals("cuda"); // what the processor could do says nothing of a device
        return isHere && FmaPeak.isMeasurable() ? FmaPeak.measure(machine.threads(backend)) : 0;
    }

    /** Normal random numbers, and classes; equal ones in every run of the command. */
    private static void fill(NetSession session) {
        SplittableRandom random = new SplittableRandom(1);
        for (String name : session.inputNames()) {
            Input input = session.input(name);
            int elements = input.shape().elements();
            if (input.isLabel()) {
                input.copyFrom(random.ints(elements, 0, input.classes()).toArray());
            } else {
                float[] values = new float[elements];
                for (int i = 0; i < elements; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                input.copyFrom(values);
            }
        }
    }
}
