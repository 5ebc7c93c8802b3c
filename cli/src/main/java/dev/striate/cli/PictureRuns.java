package dev.striate.cli;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.core.Sizes;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.data.Picture;
import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.data.transform.Pipeline;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a net that takes one picture [N, 1 or 3, H, W] on pictures in files. */
final class PictureRuns {
    private static final int BATCH = 32;

    private final Net net;
    private final NetModel model;
    private final @Nullable Pipeline serving;

    /**
     * A net with its weights.
     *
     * @param serving what happens to pictures; when it is empty, they are fitted to the input
     */
    PictureRuns(Net net, NetModel model, List<Transform> serving) {
        this.net = net;
        this.model = model;
        this.serving = serving.isEmpty() ? null : new Pipeline(serving, 0);
    }

    /**
     * What the net says of each picture, in row-major order. A net without a size of its own takes pictures at theirs, or
     * at the nearest that it can have, which is said.
     *
     * @param output the name of the output to read
     * @param size rows and columns that every picture is brought to; null for the picture's own
     * @param check looks at the output before the net runs
     * @throws DataException when a picture cannot be read
     * @throws Failure when the net takes something else than one picture
     */
    List<float[]> run(
            List<Path> images,
            String output,
            @Nullable String size,
            Backend backend,
            Console console,
            Consumer<Output> check)
            throws DataException {
        ChosenSizes chosen = new ChosenSizes(model);
        List<int[]> sizes = new ArrayList<>();
        for (Path image : images) {
            boolean own = size == null && !chosen.isFixed();
            sizes.add(own ? ownSize(image, chosen, console) : chosen.ordered(chosen.of(size)));
        }
        List<float[]> all = new ArrayList<>();
        for (int begin = 0; begin < images.size(); begin = all.size()) {
            int end = begin + 1;
            while (end < Math.min(begin + BATCH, images.size()) && Arrays.equals(sizes.get(begin), sizes.get(end))) {
                end++;
            }
            try (NetSession session = open(backend, end - begin, sizes.get(begin))) {
                Output read = session.output(output);
                check.accept(read);
                fill(picture(session), images.subList(begin, end));
                session.run();
                all.addAll(rows(read.toArray(), end - begin));
            }
        }
        return all;
    }

    private NetSession open(Backend backend, int pictures, int... size) {
        try {
            return net.open(backend, pictures, size);
        } catch (IllegalArgumentException e) {
            if (!Failure.isOfMemory(e)) {
                throw Failure.input(String.valueOf(e.getMessage()));
            }
            throw Failure.machine("there is not enough memory for "
                    + (pictures == 1 ? "a picture of this size" : pictures + " pictures at once; give fewer") + ": "
                    + e.getMessage());
        }
    }

    private static List<float[]> rows(float[] values, int count) {
        int width = values.length / count;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Arrays.copyOfRange(values, i * width, (i + 1) * width));
        }
        return rows;
    }

    private int[] ownSize(Path image, ChosenSizes chosen, Console console) throws DataException {
        Picture picture = Picture.read(image);
        int rows = picture.height();
        int columns = picture.width();
        if (serving != null) {
            Canvas served = served(picture, serving, image, chosen.channels());
            rows = served.height();
            columns = served.width();
        }
        Map<String, Long> own = chosen.ofPicture(rows, columns).orElse(Map.of());
        Map<String, Long> taken = LegalSizes.nearest(model.graph(), own);
        if (!taken.entrySet().containsAll(own.entrySet())) {
            console.say(image + ": " + model.name() + " cannot have " + rows + "x" + columns + "; the nearest size is "
                    + chosen.text(taken));
        }
        return chosen.ordered(taken);
    }

    private Input picture(NetSession session) {
        List<Input> inputs = session.inputNames().stream().map(session::input).toList();
        Sizes shape = inputs.get(0).shape();
        if (inputs.size() != 1 || shape.rank() != 4 || (shape.dim(1) != 1 && shape.dim(1) != 3)) {
            List<String> described =
                    inputs.stream().map(i -> i.name() + " " + i.shape()).toList();
            throw Failure.input(model.name() + " takes " + String.join(" and ", described)
                    + ", which is not one grey or colour picture [N, 1 or 3, H, W]");
        }
        return inputs.get(0);
    }

    private void fill(Input input, List<Path> images) throws DataException {
        Sizes shape = input.shape();
        int elements = shape.elementsFrom(1);
        long offset = 0;
        for (Path image : images) {
            Picture picture = Picture.read(image);
            float[] values;
            if (serving == null) {
                values =
                        picture.fitted(shape.dim(1), shape.dim(2), shape.dim(3)).toArray();
            } else {
                Canvas served = served(picture, serving, image, shape.dim(1));
                require(served, image, shape);
                values = served.values();
            }
            MemorySegment.copy(values, 0, input.segment(), ValueLayout.JAVA_FLOAT, offset, elements);
            offset += (long) elements * Float.BYTES;
        }
    }

    private static Canvas served(Picture picture, Pipeline serving, Path image, int channels) throws DataException {
        picture.draw(channels, serving.input());
        try {
            return serving.apply(0, 0);
        } catch (DataException e) {
            throw DataException.in(image, String.valueOf(e.getMessage()));
        }
    }

    private static void require(Canvas picture, Path image, Sizes shape) throws DataException {
        if (picture.height() != shape.dim(2) || picture.width() != shape.dim(3)) {
            throw DataException.in(
                    image,
                    "becomes " + picture.size() + " by the recipe's `transform eval`, and the net takes "
                            + shape.dim(2) + "x" + shape.dim(3) + "; end the transforms with `resize(["
                            + shape.dim(2) + ", " + shape.dim(3) + "])` or a crop");
        }
    }
}
