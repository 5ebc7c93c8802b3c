package dev.striate.core.recipe;

/** How the learning rate changes over the epochs. */
public sealed interface Schedule {
    /**
     * The factor on the learning rate.
     *
     * @param epoch how many epochs have passed, as a fraction
     * @param epochs how many there will be
     */
    double factor(double epoch, int epochs);

    /** Always the same. */
    record Constant() implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return 1;
        }
    }

    /** Times {@code gamma} after every {@code every} epochs. */
    record Step(int every, double gamma) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return Math.pow(gamma, Math.floor(epoch / every));
        }
    }

    /** Times {@code gamma} every epoch, smoothly. */
    record Exponential(double gamma) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return Math.pow(gamma, epoch);
        }
    }

    /** Half a cosine from 1 down to {@code to} (Loshchilov and Hutter 2017, without restarts). */
    record Cosine(double to) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            double t = Math.min(1, epoch / epochs);
            return to + (1 - to) * (1 + Math.cos(Math.PI * t)) / 2;
        }
    }

    /** Always the same. */
    static Schedule constant() {
        return new Constant();
    }

    /** Times {@code gamma} after every {@code every} epochs. */
    static Schedule step(int every, double gamma) {
        return new Step(every, gamma);
    }

    /** Times {@code gamma} every epoch, smoothly. */
    static Schedule exponential(double gamma) {
        return new Exponential(gamma);
    }

    /** Half a cosine from 1 down to {@code to}. */
    static Schedule cosine(double to) {
        return new Cosine(to);
    }
}
