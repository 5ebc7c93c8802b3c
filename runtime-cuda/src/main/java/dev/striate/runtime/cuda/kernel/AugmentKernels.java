package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.data.transform.Draws;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels that do transforms of pictures: each value of the result by a thread, which asks the last transform for it, and that
 * the one before. They draw the numbers that the transforms draw in Java. A transform that reads several values for one begins a kernel of
 * its own, so that those are computed once.
 */
public final class AugmentKernels {
    /** Values of a picture that each thread of a block makes, about: what a block draws is worth that much. */
    private static final int VALUES = 16;

    /**
     * A kernel. Its parameters are the pictures, the numbers that decide what is drawn, the mean grey of each picture, and where the result
     * goes; of one that blends, the pictures, what share of its own each keeps, a float64, and where the result goes.
     *
     * @param source the kernel
     * @param blocks how many blocks
     * @param bytes what the result takes; 0 of a kernel that leaves pictures alone and computes their mean greys
     * @param blends whether it does that
     */
    public record Pass(Source source, int blocks, long bytes, boolean blends) {}

    private final Augmentation how;
    /** How many pictures there are. */
    private final int all;
    /** How many are wanted. */
    private final int samples;

    private final List<Pass> passes = new ArrayList<>();
    private Sizes shape;
    /** Of a picture that the present kernel begins with. */
    private Sizes from;

    private String chain;
    private List<String> declarations = new ArrayList<>();

    private AugmentKernels(Augmentation how, int all, int samples) {
        this.how = how;
        this.all = all;
        this.samples = samples;
        this.shape = how.shape();
        this.from = shape;
        this.chain = raw();
    }

    /**
     * The kernels, in order.
     *
     * @param all how many pictures there are
     * @param samples how many are wanted; fewer where the others are only blended with them
     */
    public static List<Pass> of(Augmentation how, int all, int samples) {
        return new AugmentKernels(how, all, samples).of();
    }

    /**
     * Gives samples the labels of others. Its parameters are all labels, and where the result goes.
     *
     * @param count how many labels are wanted
     * @param length how many a sample has
     * @param all how many samples there are
     */
    public static Source exchange(int count, int length, int all) {
        return opposite("exchange_labels", count, length, all);
    }

    private static Source opposite(String section, int count, int length, int all) {
        return Source.of("opposite", section)
                .put("COUNT", count)
                .put("SIZE", length)
                .put("SAMPLES", all)
                .build();
    }

    private List<Pass> of() {
        for (int i = 0; i < how.transforms().size(); i++) {
            Transform transform = how.transforms().get(i);
            if (readsSeveral(transform) && !chain.equals(raw())) {
                endPass();
            }
            behind(transform, how.place() + i);
            if (transform instanceof Transform.Jitter) {
                passes.add(new Pass(source("greys", 1), all, 0, false));
            }
        }
        Augmentation.Deviates added = how.added();
        if (added != null) {
            add(added);
        }
        if (!how.blends()) {
            endPass();
            return passes;
        }
        if (readsBytes() || !chain.equals(raw())) {
            endPass();
        }
        int count = Math.multiplyExact(samples, shape.elements());
        Source blend = opposite("blend_pictures", count, shape.elements(), all);
        passes.add(new Pass(blend, Call.blocks(count), (long) Float.BYTES * count, true));
        return passes;
    }

    private static boolean readsSeveral(Transform transform) {
        return switch (transform) {
            case Transform.Resize r -> true;
            case Transform.ResizeShorter r -> true;
            case Transform.RandomResizedCrop c -> true;
            case Transform.Rotate r -> true;
            case Transform.Translate t -> true;
            case Transform.Scale s -> true;
            case Transform.Jitter j -> true;
            case Transform.CenterCrop c -> false;
            case Transform.RandomCrop c -> false;
            case Transform.HorizontalFlip f -> false;
            case Transform.VerticalFlip f -> false;
            case Transform.Cutout c -> false;
            case Transform.Noise n -> false;
            case Transform.Normalize n -> false;
        };
    }

    private String raw() {
        return template("Raw", channels(), from.dim(1), from.dim(2));
    }

    /** Whether the present kernel begins with pictures of bytes. */
    private boolean readsBytes() {
        return how.maximum() > 0 && passes.stream().allMatch(pass -> pass.bytes() == 0);
    }

    private int channels() {
        return shape.dim(0);
    }

    /** A kernel ends, and another may begin with what it makes. */
    private void endPass() {
        int parts = Math.ceilDiv(shape.elements(), Call.BLOCK * VALUES);
        long bytes = (long) Float.BYTES * all * shape.elements();
        passes.add(new Pass(source("augment", parts), Math.multiplyExact(all, parts), bytes, false));
        from = shape;
        chain = raw();
        declarations = new ArrayList<>();
    }

    private Source source(String section, int parts) {
        Source.Builder source = Source.of("sample", section);
        source.declare("typedef " + (readsBytes() ? "unsigned char" : "float") + " Pixel;");
        declarations.forEach(source::declare);
        return source.put("MAXIMUM", (double) how.maximum())
                .bits("SEED", how.seed())
                .bits("STREAM", Draws.STREAM)
                .put("PLACES", Draws.PLACES)
                .put("PER_SAMPLE", Draws.PER_SAMPLE)
                .put("PARTS", parts)
                .put("PICTURE", from.elements())
                .text("CHAIN", chain)
                .build();
    }

    private void behind(Transform transform, int place) {
        switch (transform) {
            case Transform.Resize r -> resize(r.height(), r.width());
            case Transform.ResizeShorter r -> {
                int shorter = Math.min(shape.dim(1), shape.dim(2));
                resize((int) (shape.dim(1) * (long) r.side() / shorter), (int)
                        (shape.dim(2) * (long) r.side() / shorter));
            }
            case Transform.CenterCrop c -> crop(place, c.height(), c.width(), 0, false);
            case Transform.RandomCrop c -> crop(place, c.height(), c.width(), c.pad(), true);
            case Transform.RandomResizedCrop c -> crop(place, c);
            case Transform.HorizontalFlip f -> flip(place, false, f.probability());
            case Transform.VerticalFlip f -> flip(place, true, f.probability());
            case Transform.Rotate r -> moved(place, r.degrees(), 0, 0, 1, 1);
            case Transform.Translate t -> moved(place, 0, t.height(), t.width(), 1, 1);
            case Transform.Scale s -> moved(place, 0, 0, 0, s.least(), s.most());
            case Transform.Jitter j ->
                chain = template(
                        "Jitter",
                        chain,
                        place,
                        numbers(
                                place,
                                real("brightness", j.brightness()),
                                real("contrast", j.contrast()),
                                real("saturation", j.saturation()),
                                real("hue", j.hue())));
            case Transform.Noise n -> chain = template("Noise", chain, place, numbers(place, sigma(n.sigma())));
            case Transform.Cutout c -> chain = template("Cutout", chain, place, c.side());
            case Transform.Normalize n ->
                chain = template(
                        "Normalize",
                        chain,
                        numbers(place, ofChannels("mean", n.mean()), ofChannels("deviation", n.deviation())));
        }
    }

    private void resize(int height, int width) {
        chain = template("Resize", chain, height, width);
        shape = Sizes.of(channels(), height, width);
    }

    private void crop(int place, int height, int width, int pad, boolean random) {
        chain = template("Crop", chain, place, height, width, pad, random);
        shape = Sizes.of(channels(), height, width);
    }

    private void crop(int place, Transform.RandomResizedCrop crop) {
        String own = numbers(
                place,
                real("least", crop.least()),
                real("most", crop.most()),
                real("narrowest", crop.narrowest()),
                real("widest", crop.widest()),
                real("lowest", Math.log(crop.narrowest())),
                real("highest", Math.log(crop.widest())));
        chain = template("ResizedCrop", chain, place, crop.height(), crop.width(), own);
        shape = Sizes.of(channels(), crop.height(), crop.width());
    }

    private void flip(int place, boolean vertical, double probability) {
        chain = template("Flip", chain, place, vertical, numbers(place, real("probability", probability)));
    }

    private void moved(int place, double degrees, double down, double right, double least, double most) {
        String own = numbers(
                place,
                real("degrees", degrees),
                real("down", down),
                real("right", right),
                real("least", least),
                real("most", most));
        chain = template("Moved", chain, place, own);
    }

    private void add(Augmentation.Deviates added) {
        String own = numbers(
                how.place() + how.transforms().size(),
                sigma(added.sigma()),
                whole("seed", added.seed()),
                whole("stream", added.stream()));
        chain = template("Added", chain, own);
    }

    private static String template(String name, Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return name + "<" + String.join(", ", texts) + ">";
    }

    /** Declares what the transform at a place takes besides, as functions; the name of what has them. */
    private String numbers(int place, String... functions) {
        String name = "Numbers" + place;
        StringBuilder text = new StringBuilder("struct " + name + " {");
        for (String function : functions) {
            text.append(" __device__ static ").append(function);
        }
        declarations.add(text.append(" };").toString());
        return name;
    }

    private static String sigma(double value) {
        return "float sigma() { return " + Source.number(value) + "; }";
    }

    private static String whole(String name, long value) {
        return "uint64 " + name + "() { return 0x" + Long.toHexString(value) + "ull; }";
    }

    private static String real(String name, double value) {
        return "double " + name + "() { return " + value + "; }";
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
