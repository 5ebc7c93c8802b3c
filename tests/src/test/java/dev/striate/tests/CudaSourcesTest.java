package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.backend.Average;
import dev.striate.runtime.cuda.kernel.AugmentKernels;
import dev.striate.runtime.cuda.kernel.AverageKernel;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.TotalsKernels;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import dev.striate.runtime.cuda.kernel.Works;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CUDA's own compiler takes the kernels that are generated, for every generation of devices that is supported. */
class CudaSourcesTest {
    private static final List<Integer> CAPABILITIES = List.of(75, 80, 90);

    private static final Path TEMPLATES =
            Path.of("../runtime-cuda/src/main/resources/dev/striate/runtime/cuda/kernels");

    /** What says which code a kernel has: yes or no, one element at once or four. */
    private static final Pattern CHOICE =
            Pattern.compile("constexpr (?:bool|int) (\\w+) = (true|false|(?<=AT_ONCE = )\\d)");

    /** Operators whose first case is not enough. */
    private static final List<String> OF_SEVERAL_FORMS =
            List.of("avg_pool", "l2_pool", "locally_connected", "max_pool", "upsample");

    /** What kernels share with those of means, the only ones that may count what is padded. */
    private static final Set<String> ALWAYS_FALSE =
            Set.of("l2_pool_grad: PADDED", "max_pool: PADDED", "max_pool_grad: PADDED");

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyKernelCompilesForEveryDevice() throws IOException, InterruptedException {
        Path nvcc = nvcc();
        assumeTrue(nvcc != null, "no nvcc: the kernels for CUDA were not compiled for devices");
        Path file = Files.writeString(folder.resolve("kernels.cu"), Source.module(sources()));
        // No kernel asks for the device's generation, so the first part of compilation is the same for all.
        String devices = CAPABILITIES.stream().map(c -> "sm_" + c).collect(Collectors.joining(","));
        List<String> command = List.of(
                String.valueOf(nvcc),
                "-std=c++17",
                "-fatbin",
                "-w",
                "-Xptxas=-O0", // half the time
                "--threads=2",
                "-gencode=arch=compute_" + CAPABILITIES.getFirst() + ",code=[" + devices + "]",
                "-o",
                folder.resolve("kernels.fatbin").toString(),
                file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", log).isZero();
    }

    /** One of each kernel in each form: for small values and large ones, of each style and with each choice. */
    private static List<Source> sources() {
        List<OpCase> cases = new ArrayList<>();
        KernelsAgreeTest.forEachCase(1, cases::add);
        List<OpCase> more = new ArrayList<>();
        for (String operator : OF_SEVERAL_FORMS) {
            OpCases.different(operator, 6).values().forEach(c -> more.addAll(KernelsAgreeTest.steps(c)));
        }
        List<Source> sources = new ArrayList<>(CudaKernelsTest.sources(more, Style.F32));
        for (Style style : Style.values()) {
            sources.addAll(CudaKernelsTest.sources(cases, style));
            sources.addAll(ofLargeValues(style, Sizes.of(1, 4, 512, 512)));
            sources.addAll(ofLargeValues(style, Sizes.of(1, 3, 511, 513))); // which is no multiple of four
            sources.addAll(FourSteps.sources(style));
        }
        sources.addAll(List.of(
                UpdateKernels.descend(),
                UpdateKernels.momentum(0.9f, true),
                UpdateKernels.momentum(0.9f, false),
                UpdateKernels.adam(0.9f, 0.999f, 1e-8f),
                UpdateKernels.scaled(0.9f, 0.1f, 1e-8f, 0.5f),
                UpdateKernels.scaled(1, 1, 1e-8f, 0),
                UpdateKernels.replace(),
                UpdateKernels.blend(),
                UpdateKernels.unscale(1),
                UpdateKernels.unscale(2),
                UpdateKernels.unscale(300),
                UpdateKernels.rescale(2000, 0x1p60f),
                TotalsKernels.watch(2, 1, 64, 5, true),
                TotalsKernels.watch(1, 0, 16, 0, false),
                TotalsKernels.count(100)));
        Augmentation all = CudaAugmentationTest.ALL
                .adding(new Augmentation.Deviates(0.1, -1, Long.MIN_VALUE))
                .blending(true);
        AugmentKernels.of(all, 8, 4).forEach(pass -> sources.add(pass.source()));
        sources.add(AugmentKernels.exchange(12, 3, 8));
        for (Average kind : Average.values()) {
            sources.add(AverageKernel.of(kind, new Lines(2, 10, 3), 3));
        }
        return sources;
    }

    /** Of each kernel that the templates have there is one, and one with each value of what chooses code in it. */
    @Test
    void everyFormOfEveryKernelIsCompiled() throws IOException {
        Set<String> templates = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(TEMPLATES, "*.cu")) {
            for (Path file : files) {
                for (String section : Files.readString(file).split("(?m)^//: ", -1)) {
                    if (section.matches("(?s).*\\bNAME\\b.*")) {
                        templates.add(section.substring(0, section.indexOf('\n')));
                    }
                }
            }
        }
        Map<String, Set<String>> found = new TreeMap<>();
        Set<String> kinds = new TreeSet<>();
        for (Source source : sources()) {
            kinds.add(source.kind());
            CHOICE.matcher(source.text())
                    .results()
                    .forEach(m -> found.computeIfAbsent(source.kind() + ": " + m.group(1), kind -> new TreeSet<>())
                            .add(m.group(2)));
        }
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(templates);
        found.keySet().removeAll(ALWAYS_FALSE);
        assertThat(found)
                .allSatisfy((choice, values) -> assertThat(values).as(choice).hasSize(2));
    }

    /** NVIDIA's compiler: that of {@code CUDA_HOME}, else of the path, else of the usual folder; null where there is none. */
    private static @Nullable Path nvcc() {
        Map<String, String> environment = System.getenv();
        Stream<String> own = Stream.ofNullable(environment.get("CUDA_HOME")).map(home -> home + "/bin");
        Stream<String> ofPath = Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator));
        return Stream.of(own, ofPath, Stream.of("/usr/local/cuda/bin"))
                .flatMap(folders -> folders)
                .map(folder -> Path.of(folder, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Which are other kernels than those for small ones. */
    private static List<Source> ofLargeValues(Style style, Sizes shape) {
        int count = shape.dim(1);
        Form map = style.form(shape);
        Form channels = Form.rows(Sizes.of(count));
        Form moments = Form.rows(Sizes.of(2, count));
        Norm norm = Norm.groupNorm(1, 1e-5);
        BatchNorm batchNorm = BatchNorm.batchNorm(1e-5).withBatch();
        return Stream.of(
                        Works.of(Pointwise.add(), new Site(List.of(map, Form.rows(Sizes.of(1, count, 1, 1))), map)),
                        Works.of(norm, new Site(List.of(map, channels, channels), map)),
                        Works.of(NormGradInput.normGradInput(norm), new Site(List.of(map, map, channels), map)),
                        Works.of(NormGradWeight.normGradWeight(norm), new Site(List.of(map, map), channels)),
                        Works.of(ChannelMoments.channelMoments(), new Site(List.of(map), moments)),
                        Works.of(
                                BatchNormGradSums.batchNormGradSums(batchNorm),
                                new Site(List.of(map, map, moments), moments)),
                        Works.of(ChannelSum.channelSum(), new Site(List.of(map), channels)),
                        Works.of(Reduce.reduceMean(1, 2, 3), new Site(List.of(map), Form.rows(Sizes.of(1)))))
                .flatMap(work -> work.calls().stream())
                .map(call -> ((Call.Launch) call).source())
                .toList();
    }

    @Test
    void everyKindOfKernelHasAPlan() {
        Set<Class<? extends Kernel>> kinds = new HashSet<>();
        KernelsAgreeTest.forEachCase(5, c -> kinds.add(Kernels.of(c).getClass()));
        assertThat(Works.kinds()).containsExactlyInAnyOrderElementsOf(kinds);
    }
}
