package dev.striate.runtime.data;

import dev.striate.core.recipe.Sampler;
import dev.striate.runtime.io.DataException;

/** Sets whose samples are made of those of another, as a recipe's sampler says. */
public final class SampledSets {
    private SampledSets() {}

    /**
     * The samples that a sampler makes; as many as the set has.
     *
     * @param seed decides what is drawn, together with the epoch
     * @throws DataException if the set does not have what the sampler needs: a picture, and for pairs and triplets a
     *     class and two classes at least
     */
    public static DataSet of(DataSet set, Sampler sampler, long seed) throws DataException {
        return switch (sampler) {
            case Sampler.Pairs p -> new Pairs(set, new ByClass(set, "pairs"), p.same(), seed);
            case Sampler.Triplets t -> new Triplets(set, new ByClass(set, "triplets"), seed);
            case Sampler.Autoencode a ->
                new Autoencoding(set, only(set, Field.Kind.FLOAT, "autoencode"), a.noise(), seed);
        };
    }

    /** The position of the only field of a kind. */
    static int only(DataSet set, Field.Kind kind, String sampler) throws DataException {
        int found = -1;
        for (int i = 0; i < set.fields().size(); i++) {
            if (set.fields().get(i).kind() == kind) {
                if (found >= 0) {
                    throw new DataException(set.name() + " has several fields that `" + sampler + "` could take: "
                            + set.fields().get(found).name() + " and "
                            + set.fields().get(i).name());
                }
                found = i;
            }
        }
        if (found < 0) {
            throw new DataException(set.name() + " has no " + (kind == Field.Kind.FLOAT ? "picture" : "class")
                    + ", which `" + sampler + "` needs; take another data set");
        }
        return found;
    }
}
