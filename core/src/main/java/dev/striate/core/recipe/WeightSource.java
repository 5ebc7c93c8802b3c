package dev.striate.core.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that parameters begin with. Every parameter that is meant must be in it, with its shape.
 *
 * @param file a safetensors file, relative to the folder of the {@code .cnn} file
 * @param part the parameters that come from it; all where it is empty
 * @param except the parameters among them that do not
 * @param renames how tensors of the file are called in the net; the first that fits counts
 */
public record WeightSource(String file, List<Glob> part, List<Glob> except, List<Rename> renames) {
    /**
     * Another name.
     *
     * @param from the name in the file
     * @param to the name in the net, with the same wildcards
     */
    public record Rename(Glob from, Glob to) {}

    /** Copies the lists. */
    public WeightSource {
        part = List.copyOf(part);
        except = List.copyOf(except);
        renames = List.copyOf(renames);
    }

    /** A file that all parameters come from. */
    public static WeightSource weights(String file) {
        return new WeightSource(file, List.of(), List.of(), List.of());
    }

    /** Only for the parameters that the globs mean. */
    public WeightSource part(String... globs) {
        return new WeightSource(file, globs(globs), except, renames);
    }

    /** Not for the parameters that the globs mean. */
    public WeightSource except(String... globs) {
        return new WeightSource(file, part, globs(globs), renames);
    }

    /** With another name for tensors of the file. */
    public WeightSource map(String from, String to) {
        List<Rename> all = new ArrayList<>(renames);
        all.add(new Rename(new Glob(from), new Glob(to)));
        return new WeightSource(file, part, except, all);
    }

    private static List<Glob> globs(String... texts) {
        return List.of(texts).stream().map(Glob::new).toList();
    }

    /** Whether a parameter of the net comes from the file. */
    public boolean gives(String path) {
        return (part.isEmpty() || part.stream().anyMatch(g -> g.matches(path)))
                && except.stream().noneMatch(g -> g.matches(path));
    }

    /** What a tensor of the file is called in the net. */
    public String inNet(String name) {
        return renames.stream()
                .map(r -> r.from.rename(name, r.to))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(name);
    }
}
