package dev.striate.runtime.data.transform;

import dev.striate.core.recipe.Transform.Jitter;

/** Brightness, contrast, saturation and hue changed; values stay in [0, 1]. */
record Jittered(Jitter settings) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        double brightness = factor(settings.brightness(), draws);
        double contrast = factor(settings.contrast(), draws);
        double saturation = factor(settings.saturation(), draws);
        double hue = draws.uniform(-settings.hue(), settings.hue());
        if (picture.isMask()) {
            return picture;
        }
        float[] values = picture.values();
        int plane = picture.height() * picture.width();
        boolean colour = picture.channels() == 3;
        blend(values, picture.elements(), 0, brightness);
        double mean = 0;
        for (int i = 0; i < plane; i++) {
            mean += (colour ? grey(values, plane, i) : values[i]) / plane;
        }
        blend(values, picture.elements(), mean, contrast);
        for (int i = 0; colour && i < plane; i++) {
            saturate(values, plane, i, saturation);
            turn(values, plane, i, hue);
        }
        return picture;
    }

    private static double factor(double x, Draws draws) {
        return draws.uniform(Math.max(0, 1 - x), 1 + x);
    }

    private static void blend(float[] values, int count, double with, double factor) {
        for (int i = 0; factor != 1 && i < count; i++) {
            values[i] = (float) Math.clamp(with + factor * (values[i] - with), 0, 1);
        }
    }

    private static double grey(float[] values, int plane, int i) {
        return 0.299 * values[i] + 0.587 * values[plane + i] + 0.114 * values[2 * plane + i];
    }

    private static void saturate(float[] values, int plane, int i, double factor) {
        double grey = grey(values, plane, i);
        for (int c = 0; factor != 1 && c < 3; c++) {
            int at = c * plane + i;
            values[at] = (float) Math.clamp(grey + factor * (values[at] - grey), 0, 1);
        }
    }

    /** Turns the hue of the colour model HSV by a share of the circle. */
    private static void turn(float[] values, int plane, int i, double by) {
        float r = values[i];
        float g = values[plane + i];
        float b = values[2 * plane + i];
        float max = Math.max(r, Math.max(g, b));
        float range = max - Math.min(r, Math.min(g, b));
        if (by == 0 || range == 0) {
            return;
        }
        double hue = max == r ? (g - b) / range : max == g ? 2 + (b - r) / range : 4 + (r - g) / range;
        double turned = hue + 6 * by;
        for (int c = 0; c < 3; c++) {
            // The distance from the channel's own hue tells how much of the range it lacks (Smith 1978).
            double k = (5 - 2 * c + turned) % 6;
            double from = k < 0 ? k + 6 : k;
            values[c * plane + i] = (float) (max - range * Math.clamp(Math.min(from, 4 - from), 0, 1));
        }
    }
}
