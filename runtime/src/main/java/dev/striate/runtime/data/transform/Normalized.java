package dev.striate.runtime.data.transform;

import dev.striate.core.recipe.Transform.Normalize;
import dev.striate.runtime.io.DataException;
import java.util.List;

/** Every channel minus its mean, divided by its standard deviation. */
record Normalized(Normalize settings) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) throws DataException {
        if (picture.isMask()) {
            return picture;
        }
        int channels = picture.channels();
        require(settings.mean(), channels);
        require(settings.deviation(), channels);
        int plane = picture.height() * picture.width();
        for (int c = 0; c < channels; c++) {
            float mean = of(settings.mean(), c);
            float deviation = of(settings.deviation(), c);
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                picture.values()[i] = (picture.values()[i] - mean) / deviation;
            }
        }
        return picture;
    }

    private static float of(List<Double> numbers, int channel) {
        return numbers.get(numbers.size() == 1 ? 0 : channel).floatValue();
    }

    private static void require(List<Double> numbers, int channels) throws DataException {
        if (numbers.size() != 1 && numbers.size() != channels) {
            throw new DataException("`normalize` has numbers for " + numbers.size() + " channels, and the picture has "
                    + channels + "; write one for each");
        }
    }
}
