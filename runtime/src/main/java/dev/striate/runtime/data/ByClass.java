package dev.striate.runtime.data;

import dev.striate.core.rng.Philox;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The samples of a set in the order of their classes, to draw others of the same class or of another. */
final class ByClass {
    private final int picture;
    /** The class of each sample. */
    private final int[] labels;
    /** The samples, class by class. */
    private final int[] order;
    /** Where each class begins in the order, and the end. */
    private final int[] begins;

    /**
     * Reads all classes.
     *
     * @param sampler what messages call the sampler
     * @throws DataException if there is not one picture and one class, or all samples are of one class
     */
    ByClass(DataSet set, String sampler) throws DataException {
        picture = SampledSets.only(set, Field.Kind.FLOAT, sampler);
        int label = SampledSets.only(set, Field.Kind.CLASS, sampler);
        Field field = set.fields().get(label);
        if (field.shape().rank() != 0) {
            throw new DataException(set.name() + " has a class for each pixel, and `" + sampler
                    + "` needs one for each sample; take another data set");
        }
        labels = new int[set.size()];
        begins = new int[field.classes() + 1];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(ValueLayout.JAVA_INT);
            for (int i = 0; i < labels.length; i++) {
                set.read(label, i, 0, one, 0);
                labels[i] = one.get(ValueLayout.JAVA_INT, 0);
                begins[labels[i] + 1]++;
            }
        }
        Arrays.parallelPrefix(begins, Integer::sum);
        order = new int[labels.length];
        int[] next = begins.clone();
        for (int i = 0; i < labels.length; i++) {
            order[next[labels[i]]++] = i;
        }
        if (count(labels[0]) == labels.length) {
            throw new DataException(set.name() + " has samples of one class only, and `" + sampler
                    + "` needs two classes; take another data set");
        }
    }

    /** The position of the picture among the fields. */
    int picture() {
        return picture;
    }

    private int count(int label) {
        return begins[label + 1] - begins[label];
    }

    /** Another sample of the same class; the same one where there is no other. */
    int same(int sample, long seed, long stream, long draw) {
        int label = labels[sample];
        int count = count(label);
        if (count == 1) {
            return sample;
        }
        int drawn = order[begins[label] + Philox.below(count - 1, seed, stream, draw)];
        return drawn == sample ? order[begins[label] + count - 1] : drawn;
    }

    /** A sample of another class, each equally probable. */
    int other(int sample, long seed, long stream, long draw) {
        int label = labels[sample];
        int drawn = Philox.below(labels.length - count(label), seed, stream, draw);
        return order[drawn < begins[label] ? drawn : drawn + count(label)];
    }
}
