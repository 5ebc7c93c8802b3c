package dev.striate.runtime.data.transform;

/** To another size: rows and columns by {@link Resampling}, masks by the nearest pixel. */
final class Resizing implements Change {
    private final int height;
    private final int width;
    private final Resampling columns = new Resampling();
    private final Resampling rows = new Resampling();
    private final Canvas narrowed = new Canvas();

    /** To a size; with a width of 0 the shorter side gets the height, and the proportions are kept. */
    Resizing(int height, int width) {
        this.height = height;
        this.width = width;
    }

    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        int h = picture.height();
        int w = picture.width();
        if (width > 0) {
            resize(picture, spare, height, width);
        } else if (h <= w) {
            resize(picture, spare, height, (int) ((long) height * w / h));
        } else {
            resize(picture, spare, (int) ((long) height * h / w), height);
        }
        return spare;
    }

    void resize(Canvas from, Canvas to, int newHeight, int newWidth) {
        to.like(from, newHeight, newWidth);
        if (from.isMask()) {
            nearest(from, to);
            return;
        }
        columns.between(from.width(), newWidth);
        rows.between(from.height(), newHeight);
        narrowed.like(from, from.height(), newWidth);
        columns.apply(from.values(), from.channels() * from.height(), 1, narrowed.values());
        rows.apply(narrowed.values(), from.channels(), newWidth, to.values());
    }

    private static void nearest(Canvas from, Canvas to) {
        for (int y = 0; y < to.height(); y++) {
            int row = Resampling.nearest(y, from.height(), to.height()) * from.width();
            for (int x = 0; x < to.width(); x++) {
                to.values()[y * to.width() + x] = from.values()[row + Resampling.nearest(x, from.width(), to.width())];
            }
        }
    }
}
