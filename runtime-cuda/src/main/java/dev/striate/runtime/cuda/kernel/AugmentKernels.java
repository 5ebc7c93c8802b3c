package dev.striate.runtime.cuda.kernel;

import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.data.transform.Draws;
import java.util.List;

/**
 * The kernel that does transforms of pictures: each value of the result by a thread, which asks the last transform for it, and that
 * the one before. It draws the numbers that the transforms draw in Java.
 */
public final class AugmentKernels {
    private final Source.Builder source = Source.of("sample", "augment");
    private final Augmentation how;

    private AugmentKernels(Augmentation how) {
        this.how = how;
    }

    /** Whether there is a kernel that does a transform. */
    public static boolean does(Transform transform) {
        return switch (transform) {
            case Transform.CenterCrop c -> true;
            case Transform.RandomCrop c -> true;
            case Transform.HorizontalFlip f -> true;
            case Transform.VerticalFlip f -> true;
            case Transform.Cutout c -> true;
            case Transform.Noise n -> true;
            case Transform.Normalize n -> true;
            case Transform.Resize r -> false;
            case Transform.ResizeShorter r -> false;
            case Transform.RandomResizedCrop c -> false;
            case Transform.Rotate r -> false;
            case Transform.Translate t -> false;
            case Transform.Scale s -> false;
            case Transform.Jitter j -> false;
        };
    }

    /** The kernel. Its parameters are the pictures, the numbers behind them, and the result. */
    public static Source of(Augmentation how, int samples) {
        return new AugmentKernels(how).of(samples);
    }

    private Source of(int samples) {
        String chain = "Raw<" + how.shape().dim(0) + ", " + how.shape().dim(1) + ", "
                + how.shape().dim(2) + ">";
        for (int i = 0; i < how.transforms().size(); i++) {
            chain = behind(chain, how.transforms().get(i), how.place() + i);
        }
        return source.bits("SEED", how.seed())
                .bits("STREAM", Draws.STREAM)
                .put("PLACES", Draws.PLACES)
                .put("PER_SAMPLE", Draws.PER_SAMPLE)
                .put("SAMPLES", samples)
                .put("PICTURE", how.shape().elements())
                .text("CHAIN", chain)
                .build();
    }

    private String behind(String before, Transform transform, int place) {
        return switch (transform) {
            case Transform.CenterCrop c -> crop(before, place, c.height(), c.width(), 0, false);
            case Transform.RandomCrop c -> crop(before, place, c.height(), c.width(), c.pad(), true);
            case Transform.HorizontalFlip f -> flip(before, place, false, f.probability());
            case Transform.VerticalFlip f -> flip(before, place, true, f.probability());
            case Transform.Cutout c -> "Cutout<" + before + ", " + place + ", " + c.side() + ">";
            case Transform.Noise n ->
                "Noise<" + before + ", " + place + ", " + numbers(place, constant("sigma", n.sigma())) + ">";
            case Transform.Normalize n ->
                "Normalize<" + before + ", "
                        + numbers(place, ofChannels("mean", n.mean()), ofChannels("deviation", n.deviation())) + ">";
            default -> throw new IllegalArgumentException("there is no kernel for " + transform);
        };
    }

    private static String crop(String before, int place, int height, int width, int pad, boolean random) {
        return "Crop<" + String.join(", ", before, "" + place, "" + height, "" + width, "" + pad, "" + random) + ">";
    }

    private String flip(String before, int place, boolean vertical, double probability) {
        String own = numbers(place, "double probability() { return " + probability + "; }");
        return "Flip<" + before + ", " + place + ", " + vertical + ", " + own + ">";
    }

    /** Declares what the transform at a place takes besides, as functions; the name of what has them. */
    private String numbers(int place, String... functions) {
        String name = "Numbers" + place;
        StringBuilder text = new StringBuilder("struct " + name + " {");
        for (String function : functions) {
            text.append(" __device__ static ").append(function);
        }
        source.declare(text.append(" };").toString());
        return name;
    }

    private static String constant(String name, double value) {
        return "float " + name + "() { return " + Source.number(value) + "; }";
    }

    private static String ofChannels(String name, List<Double> numbers) {
        StringBuilder text = new StringBuilder("float " + name + "(int c) { return ");
        for (int c = 0; c < numbers.size() - 1; c++) {
            text.append("c == ")
                    .append(c)
                    .append(" ? ")
                    .append(Source.number(numbers.get(c)))
                    .append(" : ");
        }
        return text.append(Source.number(numbers.getLast())).append("; }").toString();
    }
}
