package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Glob;
import dev.striate.core.recipe.WeightSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads patterns over the paths of a net's parameters; one that matches nothing is an error. */
final class RecipeGlobs {
    private static final int SHOWN = 3;

    private final @Nullable List<String> paths;
    private final Log log;

    /** For the paths of a net; null when they are not known because of an error that was reported. */
    RecipeGlobs(@Nullable List<String> paths, Log log) {
        this.paths = paths;
        this.log = log;
    }

    /** The text of a glob that matches a parameter; what does not is reported. */
    String read(Ast.Text text) {
        Glob glob = new Glob(text.value());
        if (paths != null && paths.stream().noneMatch(glob::matches)) {
            log.add(Diagnostic.error(
                            Code.GLOB, text.span(), "no parameter of the net has a path like `" + text.value() + "`")
                    .fix(nearest(text.value(), paths)));
        }
        return text.value();
    }

    /** Several of them. */
    String[] read(List<Ast.Text> texts) {
        return texts.stream().map(this::read).toArray(String[]::new);
    }

    /** Globs that match {@code some} of {@code all} the paths and no other, as short as whole layers and blocks allow. */
    static List<String> covering(Set<String> some, List<String> all) {
        Set<String> globs = new LinkedHashSet<>();
        for (String path : some) {
            String glob = path;
            for (int dot = path.lastIndexOf('.'); dot >= 0; dot = path.lastIndexOf('.', dot - 1)) {
                Glob wider = new Glob(path.substring(0, dot) + ".**");
                glob = all.stream().filter(wider::matches).allMatch(some::contains) ? wider.text() : glob;
            }
            globs.add(some.containsAll(all) ? "**" : glob);
        }
        return List.copyOf(globs);
    }

    private static String nearest(String glob, List<String> paths) {
        Set<String> forms = new LinkedHashSet<>(paths);
        for (String path : paths) {
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                forms.add(path.substring(0, dot) + ".**");
                forms.add("**" + path.substring(dot));
            }
        }
        List<String> near = Suggestions.near(glob, forms);
        if (!near.isEmpty()) {
            return (near.size() == 1 ? "the nearest is " : "the nearest are ") + Log.list(near);
        }
        String shown = Log.list(paths.subList(0, Math.min(SHOWN, paths.size())));
        return paths.size() > SHOWN
                ? "its " + paths.size() + " parameters begin with " + shown
                : paths.isEmpty() ? "the net has no parameters; remove it" : "its parameters are " + shown;
    }

    /** {@code init "se.**" from "file" except "head.**" map "old.*" = "new.*"}. */
    WeightSource source(Ast.Init init) {
        WeightSource source = WeightSource.weights(init.from().value());
        if (!init.part().isEmpty()) {
            source = source.part(read(init.part()));
        }
        if (!init.except().isEmpty()) {
            source = source.except(read(init.except()));
        }
        for (Ast.Rename rename : init.renames()) {
            Glob from = new Glob(rename.from().value());
            Glob to = new Glob(read(rename.to()));
            if (!from.wildcards().equals(to.wildcards())) {
                log.add(Diagnostic.error(
                                Code.RENAME,
                                rename.span(),
                                "`" + from.text() + "` and `" + to.text() + "` do not have the same wildcards")
                        .fix("write as many `*` and `**` on both sides, in the same order"));
            } else {
                source = source.map(from.text(), to.text());
            }
        }
        return source;
    }
}
