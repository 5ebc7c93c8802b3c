package dev.striate.runtime.data.transform;

/**
 * Sides exchanged.
 *
 * @param vertical whether top and bottom are, or else left and right
 */
record Flip(double probability, boolean vertical) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        if (draws.uniform(0, 1) >= probability) {
            return picture;
        }
        int height = picture.height();
        int width = picture.width();
        spare.like(picture, height, width);
        for (int row = 0; row < picture.channels() * height; row++) {
            int source = vertical ? row / height * height + height - 1 - row % height : row;
            for (int x = 0; x < width; x++) {
                spare.values()[row * width + x] = picture.values()[source * width + (vertical ? x : width - 1 - x)];
            }
        }
        return spare;
    }
}
