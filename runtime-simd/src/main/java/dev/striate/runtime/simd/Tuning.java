package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Tuned;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.io.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The kernels of convolutions and their gradients among which measuring may choose. */
final class Tuning {
    private final KernelTable table;
    private final Cpu cpu;
    private final KernelFactory<Conv> forward;
    private final KernelFactory<Fused> fused;
    private final KernelFactory<ConvGradInput> byInput;
    private final KernelFactory<ConvGradWeight> byWeight;

    /** Of a table that has only the library's kernels yet. */
    Tuning(KernelTable table, Cpu cpu) {
        this.table = table;
        this.cpu = cpu;
        forward = table.get(Conv.class);
        fused = table.get(Fused.class);
        byInput = table.get(ConvGradInput.class);
        byWeight = table.get(ConvGradWeight.class);
    }

    /** Lets a tuner choose before the table does. */
    void add(Tuner tuner) {
        SimdConv four = new SimdConv(cpu, ConvChoice.WINOGRAD4::where);
        SimdConv two = new SimdConv(cpu, ConvChoice.WINOGRAD2::where);
        SimdConv stem = new SimdConv(cpu, ConvChoice.STEM::where);
        DirectForward direct = new DirectForward(cpu);
        RowConvolution rows = new RowConvolution(cpu);
        var convolutions = candidates(forward, direct, four, two);
        convolutions.put("rows", rows);
        convolutions.put("stem", stem);
        table.add(Conv.class, new Tuned<>(tuner, convolutions));
        var followed = candidates(fused, new DirectForward.WithEpilogue(direct), four.fused(), two.fused());
        followed.put("rows", new RowConvolution.WithEpilogue(rows));
        followed.put("stem", stem.fused());
        table.add(Fused.class, new Tuned<>(tuner, followed));
        var inputGradients = candidates(
                byInput,
                new DirectInputGradient(cpu),
                new SimdConvGradInput(cpu, ConvChoice.WINOGRAD4::where),
                new SimdConvGradInput(cpu, ConvChoice.WINOGRAD2::where));
        table.add(ConvGradInput.class, new Tuned<>(tuner, inputGradients));
        var weightGradients = candidates(
                byWeight,
                new DirectWeightGradient(cpu),
                new SimdConvGradWeight(cpu, ConvChoice.WINOGRAD4::where),
                new SimdConvGradWeight(cpu, ConvChoice.WINOGRAD2::where));
        table.add(ConvGradWeight.class, new Tuned<>(tuner, weightGradients));
    }

    private static <K extends Kernel> Map<String, KernelFactory<K>> candidates(
            KernelFactory<K> library, KernelFactory<K> direct, KernelFactory<K> four, KernelFactory<K> two) {
        Map<String, KernelFactory<K>> candidates = new LinkedHashMap<>();
        candidates.put("library", library);
        candidates.put("direct", direct);
        candidates.put("F4", four);
        candidates.put("F2", two);
        return candidates;
    }

    /** Where choices are kept. */
    static Path folder() {
        return UserCache.folder(System.getenv()).resolve("tuned");
    }

    /** What choices depend on beside the kernels and their shapes, in one line. */
    static String setting(Cpu cpu) {
        String version = Tuning.class.getPackage().getImplementationVersion();
        return model() + ", " + LANES + " lanes, " + cpu.pool().threads() + " threads, Striate "
                + (version == null ? "from sources" : version);
    }

    /** The model of the processor where Linux tells it, else the architecture. */
    private static String model() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch", ""));
        } catch (IOException _) {
            return System.getProperty("os.arch", "");
        }
    }
}
