package dev.striate.core.init;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;

/**
 * How a parameter gets its first values. Fans are those of a weight {@code [out, in, kernel…]}: fan-in is the product
 * of all dimensions but the first, fan-out the first times the kernel's. As text they are what a {@code .cnn} file says.
 */
public sealed interface Init {
    /** The value of element {@code index} of a parameter of the given shape; a pure function of its arguments. */
    float value(Sizes shape, long seed, long stream, int index);

    /** Every element the same. */
    record Constant(double value) implements Init {
        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            return (float) value;
        }

        @Override
        public String toString() {
            return "constant(" + value + ")";
        }
    }

    /** Uniform in [low, high). */
    record Uniform(double low, double high) implements Init {
        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            return (float) (low + (high - low) * Philox.uniform(seed, stream, index));
        }

        @Override
        public String toString() {
            return "uniform(" + low + ", " + high + ")";
        }
    }

    /** Normal with the given mean and standard deviation. */
    record Normal(double mean, double deviation) implements Init {
        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            return (float) (mean + deviation * Philox.normal(seed, stream, index));
        }

        @Override
        public String toString() {
            return "normal(" + mean + ", " + deviation + ")";
        }
    }

    /** Which number of connections a {@link Scaled} initializer divides by. */
    enum Fan {
        /** Connections into one unit: keeps the variance of activations. */
        IN,
        /** The mean of those in and out: a compromise with the variance of gradients. */
        MEAN
    }

    /** Zero mean and variance {@code gain / fan}, uniform or normal. */
    record Scaled(boolean uniform, double gain, Fan fan) implements Init {
        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            double deviation = Math.sqrt(gain / connections(shape));
            double unit = uniform
                    ? Math.sqrt(3) * (2 * Philox.uniform(seed, stream, index) - 1)
                    : Philox.normal(seed, stream, index);
            return (float) (deviation * unit);
        }

        @Override
        public String toString() {
            return (fan == Fan.MEAN ? "xavier" : gain == 2 ? "he" : "lecun") + (uniform ? "_uniform" : "_normal");
        }

        private double connections(Sizes shape) {
            if (shape.rank() == 0) {
                return 1;
            }
            double in = Math.max(1, shape.elementsFrom(1));
            double out = (double) shape.dim(0) * (shape.rank() > 2 ? shape.elementsFrom(2) : 1);
            return fan == Fan.IN ? in : (in + out) / 2;
        }
    }

    /** All zero. */
    static Init zeros() {
        return new Constant(0);
    }

    /** All one. */
    static Init ones() {
        return new Constant(1);
    }

    /** Every element {@code value}. */
    static Init constant(double value) {
        return new Constant(value);
    }

    /** Uniform in [low, high). */
    static Init uniform(double low, double high) {
        return new Uniform(low, high);
    }

    /** Normal with the given mean and standard deviation. */
    static Init normal(double mean, double deviation) {
        return new Normal(mean, deviation);
    }

    /** Glorot and Bengio 2010, uniform: bound {@code sqrt(6 / (in + out))}. */
    static Init xavierUniform() {
        return new Scaled(true, 1, Fan.MEAN);
    }

    /** Glorot and Bengio 2010, normal: variance {@code 2 / (in + out)}. */
    static Init xavierNormal() {
        return new Scaled(false, 1, Fan.MEAN);
    }

    /** He, Zhang, Ren, Sun 2015, uniform: bound {@code sqrt(6 / in)}. */
    static Init heUniform() {
        return new Scaled(true, 2, Fan.IN);
    }

    /** He, Zhang, Ren, Sun 2015, normal: variance {@code 2 / in}. */
    static Init heNormal() {
        return new Scaled(false, 2, Fan.IN);
    }

    /** LeCun, Bottou, Orr, Müller 1998: normal of variance {@code 1 / in}. */
    static Init lecunNormal() {
        return new Scaled(false, 1, Fan.IN);
    }
}
