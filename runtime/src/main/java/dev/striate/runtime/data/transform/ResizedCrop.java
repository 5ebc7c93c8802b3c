package dev.striate.runtime.data.transform;

import dev.striate.core.recipe.Transform.RandomResizedCrop;

/** A part of random area and proportions, resized. */
final class ResizedCrop implements Change {
    private static final int TRIES = 10;

    private final RandomResizedCrop settings;
    private final Resizing resizing;
    private final Canvas part = new Canvas();

    ResizedCrop(RandomResizedCrop settings) {
        this.settings = settings;
        this.resizing = new Resizing(settings.height(), settings.width());
    }

    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        cut(picture, draws);
        resizing.resize(part, spare, settings.height(), settings.width());
        return spare;
    }

    private void cut(Canvas picture, Draws draws) {
        int height = picture.height();
        int width = picture.width();
        for (int i = 0; i < TRIES; i++) {
            double area = (double) height * width * draws.uniform(settings.least(), settings.most());
            double ratio = Math.exp(draws.uniform(Math.log(settings.narrowest()), Math.log(settings.widest())));
            int w = (int) Math.round(Math.sqrt(area * ratio));
            int h = (int) Math.round(Math.sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int top = draws.below(height - h + 1);
                int left = draws.below(width - w + 1);
                Crop.cut(picture, part, top, left, h, w);
                return;
            }
        }
        double ratio = Math.clamp((double) width / height, settings.narrowest(), settings.widest());
        int w = Math.clamp(Math.round(height * ratio), 1, width);
        int h = Math.clamp(Math.round(width / ratio), 1, height);
        Crop.cut(picture, part, (height - h) / 2, (width - w) / 2, h, w);
    }
}
