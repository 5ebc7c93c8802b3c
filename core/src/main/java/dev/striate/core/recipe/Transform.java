package dev.striate.core.recipe;

import java.util.List;

/**
 * A change of a picture [C, H, W] between data set and net. Sizes are pixels. Resizing is bilinear with half-pixel
 * centres, and averages the area of a new pixel where it shrinks. What is drawn at random depends on the data seed, the
 * epoch, the sample and the transform's place alone. Masks of classes follow the geometry, by the nearest pixel.
 */
public sealed interface Transform {
    /** To a given size, whatever the proportions. */
    record Resize(int height, int width) implements Transform {}

    /** The shorter side to a given length; the proportions are kept. */
    record ResizeShorter(int side) implements Transform {}

    /** The middle; where the rest is odd, the missing half pixel is at top and left. */
    record CenterCrop(int height, int width) implements Transform {}

    /** A part at a random place, of the picture with {@code pad} zeros on every side. */
    record RandomCrop(int height, int width, int pad) implements Transform {}

    /**
     * A part of random area, proportions and place, resized (Szegedy et al. 2014, as torchvision draws it: ten tries,
     * then the largest centred part within the bounds).
     *
     * @param least the smallest share of the picture's area
     * @param most the largest share
     * @param narrowest the smallest width divided by height
     * @param widest the largest
     */
    record RandomResizedCrop(int height, int width, double least, double most, double narrowest, double widest)
            implements Transform {}

    /** Left and right exchanged, with a probability. */
    record HorizontalFlip(double probability) implements Transform {}

    /** Top and bottom exchanged, with a probability. */
    record VerticalFlip(double probability) implements Transform {}

    /** Turned about the centre by up to {@code degrees} to either side, with zeros around. */
    record Rotate(double degrees) implements Transform {}

    /** Moved by up to a share of the height and width to either side, with zeros around. */
    record Translate(double height, double width) implements Transform {}

    /** Enlarged about the centre by a random factor, with zeros around where it shrinks. */
    record Scale(double least, double most) implements Transform {}

    /**
     * Colours changed (as torchvision's ColorJitter, in the order of the arguments): brightness, contrast and
     * saturation by a factor from {@code max(0, 1 - x)} to {@code 1 + x}, the hue by up to {@code x} turns of the colour
     * circle. Grey pictures keep saturation and hue.
     */
    record Jitter(double brightness, double contrast, double saturation, double hue) implements Transform {}

    /** Independent normal noise added to every value. */
    record Noise(double sigma) implements Transform {}

    /** A square of zeros at a random place, cut off at the border (DeVries and Taylor 2017). */
    record Cutout(int side) implements Transform {}

    /**
     * Every channel minus its mean, divided by its standard deviation.
     *
     * @param mean one for each channel, or one for all
     * @param deviation the same
     */
    record Normalize(List<Double> mean, List<Double> deviation) implements Transform {
        /** Copies the lists. */
        public Normalize {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
        }
    }
}
