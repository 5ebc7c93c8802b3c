package dev.striate.runtime.data.transform;

import dev.striate.runtime.io.DataException;

/**
 * A part of a picture.
 *
 * @param pad the zeros on every side before
 * @param random whether its place is drawn; else it is the middle
 */
record Crop(int height, int width, int pad, boolean random) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) throws DataException {
        int restH = picture.height() + 2 * pad - height;
        int restW = picture.width() + 2 * pad - width;
        if (restH < 0 || restW < 0) {
            throw new DataException("a picture of " + picture.size() + " has no part of " + height + "x" + width
                    + "; write a `resize` before it");
        }
        int top = (random ? draws.below(restH + 1) : restH / 2) - pad;
        int left = (random ? draws.below(restW + 1) : restW / 2) - pad;
        cut(picture, spare, top, left, height, width);
        return spare;
    }

    /** Copies a part, which may reach beyond the picture, where zeros are. */
    static void cut(Canvas from, Canvas to, int top, int left, int height, int width) {
        to.like(from, height, width);
        int begin = Math.max(0, -left);
        int end = Math.min(width, from.width() - left);
        if (begin > 0 || end < width || top < 0 || top + height > from.height()) {
            to.clear();
        }
        for (int c = 0; c < from.channels(); c++) {
            for (int y = Math.max(0, -top); y < Math.min(height, from.height() - top) && begin < end; y++) {
                int source = (c * from.height() + top + y) * from.width() + left;
                System.arraycopy(
                        from.values(), source + begin, to.values(), (c * height + y) * width + begin, end - begin);
            }
        }
    }
}
