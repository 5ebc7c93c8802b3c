package dev.striate.runtime.data.transform;

import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.util.List;

/** The transforms of a recipe, one after the other. For one thread at a time; in the long run it allocates nothing. */
public final class Pipeline {
    private final Change[] changes;
    private final Draws draws;
    private final Canvas one = new Canvas();
    private final Canvas other = new Canvas();

    /**
     * Of the given transforms.
     *
     * @param seed decides what random ones draw
     */
    public Pipeline(List<Transform> transforms, long seed) {
        this.changes = transforms.stream().map(Change::of).toArray(Change[]::new);
        this.draws = new Draws(seed);
    }

    /** Takes the picture or mask that {@link #apply} changes. */
    public Canvas input() {
        return one;
    }

    /**
     * Changes the input.
     *
     * @param round the epoch, from 0
     * @param sample the sample; a picture and its mask have the same
     * @return the result, until the next use
     * @throws DataException when the picture is too small or has other channels than the transforms
     */
    public Canvas apply(long round, int sample) throws DataException {
        Canvas picture = one;
        for (int place = 0; place < changes.length; place++) {
            draws.at(round, place, sample);
            picture = changes[place].apply(picture, picture == one ? other : one, draws);
        }
        return picture;
    }
}
