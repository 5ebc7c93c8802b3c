package dev.striate.runtime.backend;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.NamedTensor;
import dev.striate.runtime.io.SafetensorsFile;
import dev.striate.runtime.io.SafetensorsWriter;
import dev.striate.runtime.io.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights as a safetensors file: one tensor per parameter under its path, and metadata that says which net they are
 * of. A file without the metadata, as another program writes it, is read when names and shapes fit.
 */
final class WeightsFile {
    private static final String NET = "striate.net";
    private static final String HASH = "striate.hash";
    private static final String FORMAT = "striate.format";
    private static final String VERSION = "1";
    /** In the name of a tensor that is no weight, such as the state of an optimizer; no path has it. */
    private static final char BESIDE = ':';

    private WeightsFile() {}

    static void save(Weights weights, Path path, List<NamedTensor> more, Map<String, String> metadata)
            throws DataException {
        NetSpec spec = weights.spec();
        List<NamedTensor> tensors = new ArrayList<>();
        spec.parameters().forEach(p -> tensors.add(new NamedTensor(p.name(), p.shape(), weights.of(p.name()))));
        tensors.addAll(more);
        Map<String, String> all = new HashMap<>(metadata);
        all.putAll(Map.of(NET, spec.name(), HASH, spec.hash(), FORMAT, VERSION));
        SafetensorsWriter.write(path, tensors, all);
    }

    static Weights load(NetSpec spec, Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.open(path, arena);
            String version = file.metadata().getOrDefault(FORMAT, VERSION);
            if (!version.equals(VERSION)) {
                throw DataException.in(
                        path,
                        "is in format " + DataException.quote(version) + " and this version of Striate reads " + VERSION
                                + "; use a newer one");
            }
            check(spec, path, file);
            Weights weights = Weights.zeros(spec);
            for (Parameter p : spec.parameters()) {
                weights.of(p.name()).copyFrom(file.data(p.name()));
            }
            return weights;
        }
    }

    private static void check(NetSpec spec, Path path, SafetensorsFile file) throws WeightsMismatchException {
        List<String> differences = differences(spec, file.entries());
        if (differences.isEmpty()) {
            return; // perhaps in another order, which names make good
        }
        String other = file.metadata().get(NET);
        String owner = other == null || other.equals(spec.name()) ? "" : ", but those of " + DataException.quote(other);
        throw new WeightsMismatchException(path + ": not weights of " + spec.name() + owner, differences);
    }

    /** A line for each parameter that the net and the file do not share, in the order of the net, then of the file. */
    private static List<String> differences(NetSpec spec, List<TensorEntry> entries) {
        Map<String, Sizes> inFile = new LinkedHashMap<>();
        entries.stream().filter(e -> e.name().indexOf(BESIDE) < 0).forEach(e -> inFile.put(e.name(), e.shape()));
        List<String> differences = new ArrayList<>();
        for (Parameter p : spec.parameters()) {
            Sizes shape = inFile.remove(p.name());
            if (shape == null) {
                differences.add(p.name() + ": missing from the file, " + p.shape() + " in the net");
            } else if (!shape.equals(p.shape())) {
                differences.add(p.name() + ": " + shape + " in the file, " + p.shape() + " in the net");
            }
        }
        inFile.forEach((name, shape) ->
                differences.add(DataException.quote(name) + ": " + shape + " in the file, unknown to the net"));
        return differences;
    }
}
