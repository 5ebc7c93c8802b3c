package dev.striate.runtime.train;

import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.WeightSource;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.SafetensorsFile;
import dev.striate.runtime.io.TensorEntry;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills weights from the files that a recipe names. */
public final class Pretrained {
    private Pretrained() {}

    /**
     * Copies what a file gives into the weights.
     *
     * @param folder what the file's path is relative to
     * @throws DataException when the file cannot be read, gives a path twice, or lacks a parameter or has it with another
     *     shape; the message is for the user
     */
    public static void load(Weights weights, WeightSource source, Path folder) throws DataException {
        Path path = folder.resolve(source.file());
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.open(path, arena);
            Map<String, TensorEntry> byPath = byPath(file, source, path);
            for (Parameter p : weights.spec().parameters()) {
                if (source.gives(p.name())) {
                    weights.of(p.name()).copyFrom(file.data(found(path, p, byPath.get(p.name()))));
                }
            }
            weights.changed();
        }
    }

    private static Map<String, TensorEntry> byPath(SafetensorsFile file, WeightSource source, Path path)
            throws DataException {
        Map<String, TensorEntry> byPath = new HashMap<>();
        for (TensorEntry entry : file.entries()) {
            TensorEntry other = byPath.put(source.inNet(entry.name()), entry);
            if (other != null) {
                throw DataException.in(
                        path,
                        "the tensors " + DataException.quote(other.name()) + " and " + DataException.quote(entry.name())
                                + " both become " + source.inNet(entry.name()) + "; make the `map` more exact");
            }
        }
        return byPath;
    }

    /** The name of a parameter's tensor in the file. */
    private static String found(Path path, Parameter p, @Nullable TensorEntry entry) throws DataException {
        if (entry == null) {
            throw DataException.in(
                    path,
                    "has nothing for the parameter " + p.name() + "; add `except \"" + p.name() + "\"`, or a `map`");
        }
        if (!entry.shape().equals(p.shape())) {
            throw DataException.in(
                    path,
                    "has " + p.name() + " as " + entry.shape() + ", and the net has " + p.shape() + "; add `except \""
                            + p.name() + "\"`");
        }
        return entry.name();
    }
}
