package dev.striate.core.recipe;

import java.util.List;
import java.util.stream.DoubleStream;

/** How the learning rate changes over the steps of a phase. */
public sealed interface Schedule {
    /**
     * The factor on the learning rate.
     *
     * @param step how many steps of the phase have passed
     * @param steps how many there will be
     * @param batches the steps of an epoch
     */
    double factor(long step, long steps, int batches);

    /** Always the same. */
    record Constant() implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            return 1;
        }
    }

    /** Times {@code gamma} after every {@code every}. */
    record Step(Length every, double gamma) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            long passed = step / every.inSteps(batches);
            return Math.pow(gamma, (double) passed);
        }
    }

    /** Times {@code gamma} at each of the given times. */
    record MultiStep(List<Length> at, double gamma) implements Schedule {
        /** Copies the list. */
        public MultiStep {
            at = List.copyOf(at);
        }

        @Override
        public double factor(long step, long steps, int batches) {
            long passed = at.stream().filter(t -> t.inSteps(batches) <= step).count();
            return Math.pow(gamma, (double) passed);
        }
    }

    /** {@code (1 + gamma * epoch)^-power} (Caffe's {@code inv}, over epochs). */
    record Inverse(double gamma, double power) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            return Math.pow(1 + gamma * step / batches, -power);
        }
    }

    /**
     * From {@code from} up to 1 in a straight line, then another schedule over the rest (Goyal et al. 2017).
     */
    record Warmup(Length over, double from, Schedule then) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            long up = over.inSteps(batches);
            return step < up ? from + (1 - from) * step / up : then.factor(step - up, Math.max(1, steps - up), batches);
        }
    }

    /**
     * Times {@code gamma} whenever a loss or metric of the held-out samples has not got better for {@code patience}
     * epochs. Its factor is a matter of the run, and 1 here.
     */
    record Plateau(Watch watch, double gamma, int patience) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            return 1;
        }
    }

    /** Times {@code gamma} every epoch, smoothly. */
    record Exponential(double gamma) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            return Math.pow(gamma, (double) step / batches);
        }
    }

    /** Half a cosine from 1 down to {@code to} (Loshchilov and Hutter 2017, without restarts). */
    record Cosine(double to) implements Schedule {
        @Override
        public double factor(long step, long steps, int batches) {
            double t = Math.min(1, (double) step / steps);
            return to + (1 - to) * (1 + Math.cos(Math.PI * t)) / 2;
        }
    }

    /** Always the same. */
    static Schedule constant() {
        return new Constant();
    }

    /** Times {@code gamma} after every {@code every} epochs. */
    static Schedule step(int every, double gamma) {
        return step(Length.epochs(every), gamma);
    }

    /** Times {@code gamma} after every {@code every}. */
    static Schedule step(Length every, double gamma) {
        return new Step(every, gamma);
    }

    /** Times {@code gamma} after each of the given epochs. */
    static Schedule multistep(double gamma, double... at) {
        return new MultiStep(DoubleStream.of(at).mapToObj(Length::epochs).toList(), gamma);
    }

    /** Times {@code gamma} at each of the given times. */
    static Schedule multistep(double gamma, Length... at) {
        return new MultiStep(List.of(at), gamma);
    }

    /** {@code (1 + gamma * epoch)^-power}. */
    static Schedule inverse(double gamma, double power) {
        return new Inverse(gamma, power);
    }

    /** In a straight line up to 1 over the first epochs, then another schedule. */
    static Schedule warmup(int over, double from, Schedule then) {
        return warmup(Length.epochs(over), from, then);
    }

    /** In a straight line up to 1, then another schedule. */
    static Schedule warmup(Length over, double from, Schedule then) {
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
