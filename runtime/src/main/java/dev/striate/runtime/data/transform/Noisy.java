package dev.striate.runtime.data.transform;

/** Normal noise added to every value of a picture. */
record Noisy(double sigma) implements Change {
    @Override
    public Canvas apply(Canvas picture, Canvas spare, Draws draws) {
        for (int i = 0; !picture.isMask() && i < picture.elements(); i++) {
            picture.values()[i] += (float) (sigma * draws.normal());
        }
        return picture;
    }
}
