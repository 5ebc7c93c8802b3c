package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/** Reads the transforms of pictures. */
final class RecipeTransforms {
    private static final List<String> FIXED = List.of("resize", "center_crop", "normalize");
    private static final List<String> RANDOM = List.of(
            "random_crop",
            "random_resized_crop",
            "hflip",
            "vflip",
            "rotate",
            "translate",
            "scale",
            "jitter",
            "noise",
            "cutout",
            "mixup");
    /** The mean and standard deviation of ImageNet's training pictures, red, green and blue. */
    private static final Transform IMAGENET =
            new Transform.Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private static final String SIZE = "a size such as 224, 224x160 or [h, w]";
    private static final String POSITIVE = "a number above 0";
    private static final String NOT_NEGATIVE = "a number of at least 0";
    private static final String RANGE = "a range such as [0.8, 1.2]";

    private final Log log;
    private @Nullable Span mixed;
    private double mixup;

    RecipeTransforms(Log log) {
        this.log = log;
    }

    /**
     * The transforms of a chain, in order; those with errors are left out.
     *
     * @param serving whether they are for evaluation and use, where nothing may be random
     */
    Transform[] read(Ast.Chain chain, boolean serving) {
        List<Transform> all = new ArrayList<>();
        for (Ast.Step step : chain.steps()) {
            Ast.Call call = switch (step.what()) {
                case Ast.Call c when step.label() == null -> c;
                case Ast.Ref r when step.label() == null -> new Ast.Call(r.name(), List.of(), r.span());
                default -> null;
            };
            if (mixed != null) {
                log.add(Diagnostic.error(
                                Code.TRANSFORM,
                                mixed,
                                "`mixup` blends what the other transforms made, and comes after all of them")
                        .related(step.span(), "this comes later")
                        .fix("move `mixup` to the end of the chain"));
            }
            Transform transform = call == null ? noTransform(step) : checked(call, serving);
            if (transform != null) {
                all.add(transform);
            }
        }
        return all.toArray(Transform[]::new);
    }

    /** The alpha of {@code mixup}, which is for batches and so no transform of a picture; 0 without it. */
    double mixup() {
        return mixup;
    }

    /** Where {@code mixup} stands, or null. */
    @Nullable
    Span mixed() {
        return mixed;
    }

    private @Nullable Transform noTransform(Ast.Step step) {
        log.add(Diagnostic.error(
                        Code.TRANSFORM,
                        step.span(),
                        "a transform is a call, and " + Log.quote(step.span()) + " is none")
                .fix("write a chain of calls: `resize(256) -> center_crop(224)`"));
        return null;
    }

    private @Nullable Transform checked(Ast.Call call, boolean serving) {
        if (serving && RANDOM.contains(call.callee().text())) {
            log.add(Diagnostic.error(
                            Code.TRANSFORM,
                            call.span(),
                            "`" + call.callee().text() + "` is random, and evaluation must give the same each time")
                    .fix("write it in `transform train`, or remove it"));
            return null;
        }
        return transform(call);
    }

    private RecipeArguments args(Ast.Call call, String... names) {
        return new RecipeArguments(call, List.of(names), log);
    }

    private @Nullable Transform transform(Ast.Call call) {
        return switch (call.callee().text()) {
            case "resize" -> {
                List<Double> sizes = sizes(args(call, "size"), "size", 1);
                yield sizes.size() == 1
                        ? new Transform.ResizeShorter(first(sizes))
                        : new Transform.Resize(first(sizes), last(sizes));
            }
            case "center_crop" -> {
                List<Double> sizes = sizes(args(call, "size"), "size", 1);
                yield new Transform.CenterCrop(first(sizes), last(sizes));
            }
            case "random_crop" -> {
                RecipeArguments args = args(call, "size", "pad");
                List<Double> sizes = sizes(args, "size", 1);
                yield new Transform.RandomCrop(first(sizes), last(sizes), args.integerOr("pad", 0, 0));
            }
            case "random_resized_crop" -> randomResizedCrop(args(call, "size", "scale", "ratio"));
            case "hflip" -> new Transform.HorizontalFlip(probability(args(call, "p")));
            case "vflip" -> new Transform.VerticalFlip(probability(args(call, "p")));
            case "rotate" ->
                new Transform.Rotate(args(call, "degrees")
                        .number("degrees", "a number of degrees from 0 to 180", v -> v >= 0 && v <= 180));
            case "translate" -> {
                List<Double> by = pair(args(call, "by"), "by", "a share from 0 to 1, or two", v -> v >= 0 && v <= 1);
                yield new Transform.Translate(by.getFirst(), by.getLast());
            }
            case "scale" -> {
                List<Double> range = range(args(call, "range"), "range", true, List.of(1.0, 1.0));
                yield new Transform.Scale(range.getFirst(), range.getLast());
            }
            case "jitter" -> jitter(args(call, "brightness", "contrast", "saturation", "hue"));
            case "noise" -> new Transform.Noise(args(call, "sigma").number("sigma", NOT_NEGATIVE, v -> v >= 0));
            case "cutout" -> new Transform.Cutout(args(call, "side").integer("side", 1));
            case "normalize" -> normalize(call);
            case "mixup" -> mixup(call);
            default -> {
                List<String> all = new ArrayList<>(FIXED);
                all.addAll(RANDOM);
                yield RecipeWords.other(call.callee(), "transform", all, log);
            }
        };
    }

    private @Nullable Transform mixup(Ast.Call call) {
        mixup = args(call, "alpha").number("alpha", POSITIVE, v -> v > 0);
        mixed = call.span();
        return null;
    }

    private List<Double> sizes(RecipeArguments args, String name, int least) {
        List<Double> sizes =
                args.numbers(name, true, SIZE, List.of(1, 2), v -> v >= least && v == Math.rint(v) && v < 1 << 15);
        return sizes == null ? List.of(1.0) : sizes;
    }

    private static int first(List<Double> sizes) {
        return sizes.getFirst().intValue();
    }

    private static int last(List<Double> sizes) {
        return sizes.getLast().intValue();
    }

    private List<Double> pair(RecipeArguments args, String name, String words, DoublePredicate range) {
        List<Double> pair = args.numbers(name, true, words, List.of(1, 2), range);
        return pair == null ? List.of(0.0) : pair;
    }

    private List<Double> range(RecipeArguments args, String name, boolean required, List<Double> fallback) {
        List<Double> range = args.numbers(name, required, RANGE, List.of(2), v -> v > 0);
        if (range != null && range.getFirst() > range.getLast()) {
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            args.call().span(),
                            "`" + name + "` goes from the larger to the smaller")
                    .fix("write the smaller number first"));
        }
        return range == null ? fallback : range;
    }

    private static double probability(RecipeArguments args) {
        return args.numberOr("p", 0.5, "a number from 0 to 1", v -> v >= 0 && v <= 1);
    }

    private Transform randomResizedCrop(RecipeArguments args) {
        List<Double> sizes = sizes(args, "size", 1);
        List<Double> area = range(args, "scale", false, List.of(0.08, 1.0));
        List<Double> ratio = range(args, "ratio", false, List.of(3 / 4.0, 4 / 3.0));
        return new Transform.RandomResizedCrop(
                first(sizes), last(sizes), area.getFirst(), area.getLast(), ratio.getFirst(), ratio.getLast());
    }

    private static Transform jitter(RecipeArguments args) {
        return new Transform.Jitter(
                args.numberOr("brightness", 0, NOT_NEGATIVE, v -> v >= 0),
                args.numberOr("contrast", 0, NOT_NEGATIVE, v -> v >= 0),
                args.numberOr("saturation", 0, NOT_NEGATIVE, v -> v >= 0),
                args.numberOr("hue", 0, "a number from 0 to 0.5", v -> v >= 0 && v <= 0.5));
    }

    private @Nullable Transform normalize(Ast.Call call) {
        RecipeArguments args = args(call, "mean", "std");
        if (args.written("mean") instanceof Ast.Ref ref && !args.has("std")) {
            return ref.name().text().equals("imagenet")
                    ? IMAGENET
                    : RecipeWords.other(ref.name(), "set of statistics", List.of("imagenet"), log);
        }
        List<Double> mean = args.numbers("mean", true, "a number for each channel", List.of(1, 3), v -> true);
        List<Double> std = args.numbers("std", true, POSITIVE + " for each channel", List.of(1, 3), v -> v > 0);
        return mean == null || std == null ? null : new Transform.Normalize(mean, std);
    }
}
