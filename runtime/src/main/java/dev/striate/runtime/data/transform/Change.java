package dev.striate.runtime.data.transform;

import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;

/** A transform as it is carried out. It draws the same numbers for a picture and its mask. */
interface Change {
    /**
     * Changes a picture or mask.
     *
     * @param picture holds it, and may be overwritten
     * @param spare may take the result
     * @return the one of the two that holds the result
     * @throws DataException when the picture is too small
     */
    Canvas apply(Canvas picture, Canvas spare, Draws draws) throws DataException;

    /** How a transform is carried out. */
    static Change of(Transform transform) {
        return switch (transform) {
            case Transform.Resize r -> new Resizing(r.height(), r.width());
            case Transform.ResizeShorter r -> new Resizing(r.side(), 0);
            case Transform.CenterCrop c -> new Crop(c.height(), c.width(), 0, false);
            case Transform.RandomCrop c -> new Crop(c.height(), c.width(), c.pad(), true);
            case Transform.RandomResizedCrop c -> new ResizedCrop(c);
            case Transform.HorizontalFlip f -> new Flip(f.probability(), false);
            case Transform.VerticalFlip f -> new Flip(f.probability(), true);
            case Transform.Rotate r -> new Moved(r.degrees(), 0, 0, 1, 1);
            case Transform.Translate t -> new Moved(0, t.height(), t.width(), 1, 1);
            case Transform.Scale s -> new Moved(0, 0, 0, s.least(), s.most());
            case Transform.Jitter j -> new Jittered(j);
            case Transform.Noise n -> new Noisy(n.sigma());
            case Transform.Cutout c -> new CutOut(c.side());
            case Transform.Normalize n -> new Normalized(n);
        };
    }
}
