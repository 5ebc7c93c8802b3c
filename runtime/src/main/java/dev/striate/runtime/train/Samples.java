package dev.striate.runtime.train;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Sampler;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.SampledSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.data.Subset;
import dev.striate.runtime.data.TransformedSet;
import dev.striate.runtime.io.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data sets as a recipe wants them: some training samples held out, pictures transformed, samples drawn.
 *
 * @param train to learn from
 * @param heldOut training samples that training does not see, or null
 * @param test for the end
 */
public record Samples(DataSet train, @Nullable DataSet heldOut, DataSet test) {
    /**
     * Prepares the sets.
     *
     * @throws DataException when the transforms or the sampler do not fit the sets, or too few samples are left; the
     *     message is for the user
     */
    public static Samples of(Splits splits, Recipe recipe) throws DataException {
        Data data = recipe.data();
        DataSet train = splits.train();
        DataSet held = null;
        if (data.holdout() > 0) {
            int count = (int) Math.round(data.holdout() * train.size());
            if (count < 1 || count >= train.size()) {
                throw new DataException("holdout=" + data.holdout() + " leaves " + (train.size() - count) + " of the "
                        + train.size() + " samples of " + train.name() + " to train and " + count
                        + " held out; both must be at least 1");
            }
            held = prepared(Subset.drawn(train, 0, count, data.seed()), recipe.serving(), data);
            train = Subset.drawn(train, count, train.size(), data.seed());
        }
        return new Samples(
                prepared(train, recipe.training(), data), held, prepared(splits.test(), recipe.serving(), data));
    }

    private static DataSet prepared(DataSet set, List<Transform> transforms, Data data) throws DataException {
        DataSet changed = transforms.isEmpty() ? set : TransformedSet.of(set, transforms, data.seed());
        Sampler sampler = data.sampler();
        return sampler == null ? changed : SampledSets.of(changed, sampler, data.seed());
    }
}
