package dev.striate.core.recipe;

import java.util.List;
import java.util.stream.DoubleStream;

/** How the learning rate changes over the epochs of a phase. */
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

    /** Times {@code gamma} after each of the given epochs. */
    record MultiStep(List<Double> at, double gamma) implements Schedule {
        /** Copies the list. */
        public MultiStep {
            at = List.copyOf(at);
        }

        @Override
        public double factor(double epoch, int epochs) {
            int passed = (int) at.stream().filter(e -> e <= epoch).count();
            return Math.pow(gamma, passed);
        }
    }

    /** {@code (1 + gamma * epoch)^-power} (Caffe's {@code inv}, over epochs). */
    record Inverse(double gamma, double power) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return Math.pow(1 + gamma * epoch, -power);
        }
    }

    /**
     * From {@code from} up to 1 in a straight line over the first epochs, then another schedule over the rest (Goyal et
     * al. 2017).
     */
    record Warmup(int over, double from, Schedule then) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return epoch < over
                    ? from + (1 - from) * epoch / over
                    : then.factor(epoch - over, Math.max(1, epochs - over));
        }
    }

    /**
     * Times {@code gamma} whenever a loss or metric of the held-out samples has not got better for {@code patience}
     * epochs. Its factor is a matter of the run, and 1 here.
     */
    record Plateau(Watch watch, double gamma, int patience) implements Schedule {
        @Override
        public double factor(double epoch, int epochs) {
            return 1;
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

    /** Times {@code gamma} after each of the given epochs. */
    static Schedule multistep(double gamma, double... at) {
        return new MultiStep(DoubleStream.of(at).boxed().toList(), gamma);
    }

    /** {@code (1 + gamma * epoch)^-power}. */
    static Schedule inverse(double gamma, double power) {
        return new Inverse(gamma, power);
    }

    /** In a straight line up to 1 over the first epochs, then another schedule. */
    static Schedule warmup(int over, double from, Schedule then) {
        return new Warmup(over, from, then);
    }

    /** Times {@code gamma} whenever a loss or metric has not got better for {@code patience} epochs. */
    static Schedule plateau(String metric, boolean least, double gamma, int patience) {
        return new Plateau(new Watch(metric, least), gamma, patience);
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
