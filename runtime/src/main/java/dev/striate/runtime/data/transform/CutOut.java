package dev.striate.runtime.data.transform;

/** A square of zeros in a picture, about a random pixel. */
record CutOut(int side) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        int top = draws.below(picture.height()) - side / 2;
        int left = draws.below(picture.width()) - side / 2;
        int planes = picture.isMask() ? 0 : picture.channels();
        for (int c = 0; c < planes; c++) {
            for (int y = Math.max(0, top); y < Math.min(picture.height(), top + side); y++) {
                int row = (c * picture.height() + y) * picture.width();
                for (int x = Math.max(0, left); x < Math.min(picture.width(), left + side); x++) {
                    picture.values()[row + x] = 0;
                }
            }
        }
        return picture;
    }
}
