package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Data;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads where the samples come from: data sets and samplers over them. */
final class RecipeData {
    private static final List<String> IDX = List.of("images", "labels", "test_images", "test_labels");
    private static final List<String> MASKS = List.of("images", "masks", "test_images", "test_masks");
    private static final List<String> PASSES = List.of("batch", "seed", "holdout", "drop_last");

    /**
     * The arguments of a data set.
     *
     * @param paths files and folders, which must be given
     * @param numbers whole numbers of at least 1, which may be left out
     * @param flags truth values, which may be left out
     */
    private record Form(List<String> paths, List<String> numbers, List<String> flags) {}

    private static final Form PLAIN = new Form(List.of(), List.of(), List.of());
    private static final Map<String, Form> SOURCES = new TreeMap<>(Map.of(
            "digits", PLAIN,
            "mnist", PLAIN,
            "fashion_mnist", PLAIN,
            "cifar10", PLAIN,
            "idx", new Form(IDX, List.of("classes"), List.of()),
            "npy", new Form(IDX, List.of("classes"), List.of()),
            "csv", new Form(List.of("path", "test"), List.of("classes"), List.of("header")),
            "folder", new Form(List.of("path"), List.of("channels"), List.of()),
            "segmentation_folder", new Form(MASKS, List.of("classes", "channels"), List.of())));
    private static final Set<String> SAMPLERS = Set.of("pairs", "triplets", "autoencode");
    private static final String SET = "a data set such as mnist(batch=64)";

    private final Log log;

    RecipeData(Log log) {
        this.log = log;
    }

    /** {@code digits(batch=64, seed=1)}, {@code pairs(mnist(batch=64), same=0.5)}; null after an error. */
    @Nullable
    Data read(Ast.Call call) {
        return switch (call.callee().text()) {
            case "pairs" -> {
                RecipeArguments args = new RecipeArguments(call, List.of("set", "same"), log);
                double same = args.numberOr("same", 0.5, "a number from 0 to 1", v -> v >= 0 && v <= 1);
                Data of = sampled(args);
                yield of == null ? null : of.pairs(same);
            }
            case "triplets" -> {
                Data of = sampled(new RecipeArguments(call, List.of("set"), log));
                yield of == null ? null : of.triplets();
            }
            case "autoencode" -> {
                RecipeArguments args = new RecipeArguments(call, List.of("set", "noise"), log);
                double noise = args.numberOr("noise", 0, "a number of at least 0", v -> v >= 0);
                Data of = sampled(args);
                yield of == null ? null : of.autoencode(noise);
            }
            default -> source(call);
        };
    }

    private @Nullable Data sampled(RecipeArguments args) {
        Ast.Call set = args.call("set", true, SET);
        if (set == null) {
            return null;
        }
        if (SAMPLERS.contains(set.callee().text())) {
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            set.span(),
                            "`" + args.call().callee().text() + "` takes a data set, not another sampler")
                    .fix("write the data set itself: `mnist(batch=64)`"));
            return null;
        }
        return source(set);
    }

    private @Nullable Data source(Ast.Call call) {
        String source = call.callee().text();
        Form form = SOURCES.get(source);
        if (form == null) {
            List<String> all = new ArrayList<>(SOURCES.keySet());
            all.addAll(SAMPLERS);
            return RecipeWords.other(call.callee(), "data set", all, log);
        }
        List<String> names = new ArrayList<>(form.paths);
        names.addAll(form.numbers);
        names.addAll(form.flags);
        names.addAll(PASSES);
        RecipeArguments args = new RecipeArguments(call, names, log);
        Data data = Data.data(source, args.integer("batch", 1))
                .seed(args.integerOr("seed", 0, 0))
                .holdout(args.numberOr("holdout", 0, "a number of at least 0 and below 1", v -> v >= 0 && v < 1));
        if (args.flag("drop_last")) {
            data = data.withoutLast();
        }
        for (String path : form.paths) {
            data = data.with(path, args.text(path, "a path in quotes"));
        }
        for (String number : form.numbers) {
            data = args.has(number) ? data.with(number, args.integer(number, 1)) : data;
        }
        for (String flag : form.flags) {
            data = args.flag(flag) ? data.with(flag, true) : data;
        }
        return data;
    }
}
