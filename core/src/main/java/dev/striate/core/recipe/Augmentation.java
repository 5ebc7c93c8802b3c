package dev.striate.core.recipe;

import dev.striate.core.Sizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device does with the pictures of an input before every run. The memory that Java writes then has the pictures as they were
 * before, float32 or bytes, one after the other, and what decides the random numbers behind them at {@link #numbers}: the epoch, and for
 * each sample its number in the data set, int64.
 *
 * @param transforms what is done, in order
 * @param place of the first of them among all transforms of the recipe, from 0
 * @param seed of the recipe
 * @param shape of a picture before, {@code [C, H, W]}
 * @param maximum of pictures that are unsigned bytes, the one that becomes 1; 0 of pictures in float32
 * @param added what is added to what the transforms give; null for nothing
 * @param blends whether each picture is in the end blended with the one at the same place from the end
 */
public record Augmentation(
        List<Transform> transforms,
        int place,
        long seed,
        Sizes shape,
        int maximum,
        @Nullable Deviates added,
        boolean blends) {
    /**
     * Normal deviates, one for each value: of a picture of {@code n} values and the number {@code i}, those from {@code i * n} on.
     *
     * @param sigma their standard deviation
     * @param seed what they are drawn with
     * @param stream where those of the first epoch are drawn from, and behind it those of the next
     */
    public record Deviates(double sigma, long seed, long stream) {}

    /** Copies the list. */
    public Augmentation {
        transforms = List.copyOf(transforms);
    }

    /** Without blending, and with nothing added. */
    public Augmentation(List<Transform> transforms, int place, long seed, Sizes shape, int maximum) {
        this(transforms, place, seed, shape, maximum, null, false);
    }

    /** Of so many numbers, which are left as they are. */
    public static Augmentation none(int elements) {
        return new Augmentation(List.of(), 0, 0, Sizes.of(1, 1, elements), 0);
    }

    /** The same, adding something or not. */
    public Augmentation adding(@Nullable Deviates what) {
        return new Augmentation(transforms, place, seed, shape, maximum, what, blends);
    }

    /** The same, blending in the end or not. */
    public Augmentation blending(boolean whether) {
        return new Augmentation(transforms, place, seed, shape, maximum, added, whether);
    }

    /** Where the numbers begin, in bytes. */
    public long numbers(int samples) {
        long element = maximum > 0 ? Byte.BYTES : Float.BYTES;
        return Math.ceilDiv(element * samples * shape.elements(), Long.BYTES) * Long.BYTES;
    }

    /** The bytes of pictures and numbers. */
    public long bytes(int samples) {
        return numbers(samples) + Long.BYTES * (1L + samples);
    }
}
