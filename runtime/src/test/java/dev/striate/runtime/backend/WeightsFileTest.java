package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.NamedTensor;
import dev.striate.runtime.io.SafetensorsFile;
import dev.striate.runtime.io.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
    private static final NetSpec SPEC =
            new NetSpec("zoo.Small", List.of(parameter("conv1.weight", 4, 1, 3, 3), parameter("conv1.bias", 4)));

    @TempDir
    private Path folder;

    private static Parameter parameter(String name, int... shape) {
        return new Parameter(name, Sizes.of(shape), Init.normal(0, 1));
    }

    private Path saved(NetSpec spec) throws Exception {
        Path file = folder.resolve("weights.safetensors");
        Weights.init(spec, 5).save(file);
        return file;
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Path file = saved(SPEC);
        assertThat(Weights.load(SPEC, file)
                        .values()
                        .mismatch(Weights.init(SPEC, 5).values()))
                .isEqualTo(-1);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(SafetensorsFile.open(file, arena).metadata())
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("striate.net", "zoo.Small", "striate.hash", SPEC.hash(), "striate.format", "1"));
        }
    }

    @Test
    void readsFilesOfOtherPrograms() throws Exception {
        Path file = folder.resolve("foreign.safetensors");
        Weights weights = Weights.init(SPEC, 6);
        List<NamedTensor> tensors = SPEC.parameters().reversed().stream()
                .map(p -> new NamedTensor(p.name(), p.shape(), weights.of(p.name())))
                .toList();
        SafetensorsWriter.write(file, tensors, Map.of());
        assertThat(Weights.load(SPEC, file).values().mismatch(weights.values())).isEqualTo(-1);
    }

    @Test
    void namesEveryParameterThatDiffers() throws Exception {
        NetSpec other =
                new NetSpec("zoo.Other", List.of(parameter("conv1.weight", 4, 1, 5, 5), parameter("fc.bias", 7)));
        Path file = saved(other);
        assertThatThrownBy(() -> Weights.load(SPEC, file))
                .isInstanceOf(WeightsMismatchException.class)
                .hasMessage(file + """
                        : not weights of zoo.Small, but those of 'zoo.Other'
                          conv1.weight: [4, 1, 5, 5] in the file, [4, 1, 3, 3] in the net
                          conv1.bias: missing from the file, [4] in the net
                          'fc.bias': [7] in the file, unknown to the net""");
    }

    @Test
    void namesAtMostTen() throws Exception {
        List<Parameter> many =
                IntStream.range(0, 13).mapToObj(i -> parameter("p" + i, 1)).toList();
        Path file = saved(new NetSpec("zoo.Many", many));
        assertThatThrownBy(() -> Weights.load(new NetSpec("zoo.Many", many.subList(0, 1)), file))
                .hasMessageContaining("not weights of zoo.Many\n  'p1'")
                .hasMessageContaining("'p10'")
                .hasMessageEndingWith("\n  and 2 more");
    }

    @Test
    void readsAnotherOrderByName() throws Exception {
        NetSpec reversed = new NetSpec("zoo.Small", SPEC.parameters().reversed());
        Weights saved = Weights.init(reversed, 5);
        Path file = folder.resolve("reversed.safetensors");
        saved.save(file);
        Weights loaded = Weights.load(SPEC, file);
        for (Parameter p : SPEC.parameters()) {
            assertThat(loaded.tensor(p.name()).toArray())
                    .as(p.name())
                    .isEqualTo(saved.tensor(p.name()).toArray());
        }
    }

    @Test
    void refusesALaterFormat() throws Exception {
        Path file = folder.resolve("later.safetensors");
        SafetensorsWriter.write(file, List.of(), Map.of("striate.format", "2"));
        assertThatThrownBy(() -> Weights.load(SPEC, file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": is in format '2' and this version of Striate reads 1; use a newer one");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> Weights.load(SPEC, folder.resolve("none.safetensors")))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("none.safetensors: cannot be read: there is no such file or folder");
    }
}
