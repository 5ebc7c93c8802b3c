package dev.striate.runtime.data.transform;

/**
 * Turned and scaled about the centre and moved, at random within bounds, with zeros around: bilinear for pictures, the
 * nearest pixel for masks.
 *
 * @param degrees the largest turn to either side
 * @param down the largest move to either side, as a share of the height
 * @param right the same of the width
 * @param least the smallest enlargement
 * @param most the largest
 */
record Moved(double degrees, double down, double right, double least, double most) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        double angle = Math.toRadians(draws.uniform(-degrees, degrees));
        double dy = draws.uniform(-down, down) * picture.height();
        double dx = draws.uniform(-right, right) * picture.width();
        double scale = draws.uniform(least, most);
        double cos = Math.cos(angle) / scale;
        double sin = Math.sin(angle) / scale;
        int height = picture.height();
        int width = picture.width();
        spare.like(picture, height, width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // Where the new pixel's centre was before, from the centre of the picture.
                double v = y + 0.5 - height / 2.0 - dy;
                double u = x + 0.5 - width / 2.0 - dx;
                double sourceY = cos * v - sin * u + height / 2.0 - 0.5;
                double sourceX = sin * v + cos * u + width / 2.0 - 0.5;
                for (int c = 0; c < picture.channels(); c++) {
                    spare.values()[(c * height + y) * width + x] = picture.isMask()
                            ? at(picture, c, (int) Math.round(sourceY), (int) Math.round(sourceX))
                            : between(picture, c, sourceY, sourceX);
                }
            }
        }
        return spare;
    }

    private static float between(Canvas picture, int c, double y, double x) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        float down = (float) (y - top);
        float right = (float) (x - left);
        return (1 - down) * ((1 - right) * at(picture, c, top, left) + right * at(picture, c, top, left + 1))
                + down * ((1 - right) * at(picture, c, top + 1, left) + right * at(picture, c, top + 1, left + 1));
    }

    private static float at(Canvas picture, int c, int y, int x) {
        boolean inside = y >= 0 && y < picture.height() && x >= 0 && x < picture.width();
        return inside ? picture.values()[(c * picture.height() + y) * picture.width() + x] : 0;
    }
}
