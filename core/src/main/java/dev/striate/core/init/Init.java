package dev.striate.core.init;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import java.util.Locale;

/**
 * How a parameter gets its first values. Fans are those of a weight {@code [out, in, kernel…]}: fan-in is the product
 * of all dimensions but the first, fan-out the first times the kernel's. As text they are what a {@code .cnn} file says.
 */
public sealed interface Init {
    /** The value of element {@code index} of a parameter of the given shape; a pure function of its arguments. */
    float value(Sizes shape, long seed, long stream, int index);

    /** The values of a parameter's elements by their index. */
    @FunctionalInterface
    interface Values {
        /** The value of one element. */
        float at(int index);
    }

    /** All values, for who asks for more than one: what they have in common is computed once. */
    default Values values(Sizes shape, long seed, long stream) {
        return index -> value(shape, seed, stream, index);
    }

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
            return values(shape, seed, stream).at(index);
        }

        @Override
        public Values values(Sizes shape, long seed, long stream) {
            double deviation = Math.sqrt(gain / connections(shape));
            return uniform
                    ? i -> (float) (deviation * (Math.sqrt(3) * (2 * Philox.uniform(seed, stream, i) - 1)))
                    : i -> (float) (deviation * Philox.normal(seed, stream, i));
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

    /** Values that follow from the place in a weight {@code [out, in, kernel…]} alone. */
    enum Fixed implements Init {
        /** The input itself: 1 in the middle of the kernel from each channel to that of the same number, else 0. */
        IDENTITY {
            @Override
            double tap(int distance, int kernel) {
                return distance == kernel / 2 ? 1 : 0;
            }
        },
        /** Linear interpolation along each axis of the kernel (Long et al. 2015), from each channel to its own. */
        BILINEAR {
            @Override
            double tap(int distance, int kernel) {
                int factor = (kernel + 1) / 2;
                double centre = kernel % 2 == 1 ? factor - 1 : factor - 0.5;
                return 1 - Math.abs(distance - centre) / factor;
            }
        };

        /** The factor of one axis of the kernel at a distance from its beginning. */
        abstract double tap(int distance, int kernel);

        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            double value = 1;
            int rest = index;
            for (int axis = shape.rank() - 1; axis >= 2; axis--) {
                value *= tap(rest % shape.dim(axis), shape.dim(axis));
                rest /= shape.dim(axis);
            }
            // With one channel to a group, every output is that of its own channel.
            boolean own = shape.rank() < 2 || shape.dim(1) == 1 || rest / shape.dim(1) == rest % shape.dim(1);
            return own ? (float) value : 0;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A random orthogonal matrix of a weight {@code [out, the rest]}: rows of length 1 at right angles to each other, or
     * columns where there are fewer of them (Saxe, McClelland, Ganguli 2014).
     */
    record Orthogonal() implements Init {
        @Override
        public float value(Sizes shape, long seed, long stream, int index) {
            return values(shape, seed, stream).at(index);
        }

        @Override
        public Values values(Sizes shape, long seed, long stream) {
            int rows = shape.rank() == 0 ? 1 : shape.dim(0);
            int columns = shape.elements() / rows;
            double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
            for (int v = 0; v < vectors.length; v++) {
                for (int i = 0; i < vectors[v].length; i++) {
                    vectors[v][i] = Philox.normal(seed, stream, v * vectors[v].length + i);
                }
                // Once more against what rounding has left.
                atRightAngles(vectors, v);
                atRightAngles(vectors, v);
            }
            return rows <= columns
                    ? index -> (float) vectors[index / columns][index % columns]
                    : index -> (float) vectors[index % columns][index / columns];
        }

        /** Takes from a vector what lies along those before it, and makes its length 1. */
        private static void atRightAngles(double[][] vectors, int v) {
            double[] vector = vectors[v];
            for (int before = 0; before < v; before++) {
                add(vector, -dot(vector, vectors[before]), vectors[before]);
            }
            add(vector, 1 / Math.sqrt(dot(vector, vector)) - 1, vector);
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }

        private static void add(double[] to, double factor, double[] other) {
            for (int i = 0; i < to.length; i++) {
                to[i] += factor * other[i];
            }
        }

        @Override
        public String toString() {
            return "orthogonal";
        }
    }

    /** A random orthogonal matrix; see {@link Orthogonal}. */
    static Init orthogonal() {
        return new Orthogonal();
    }

    /** All zero. */
    static Init zeros() {
        return new Constant(0);
    }

    /** A layer that gives what it takes; see {@link Fixed#IDENTITY}. */
    static Init identity() {
        return Fixed.IDENTITY;
    }

    /** A transposed convolution that enlarges; see {@link Fixed#BILINEAR}. */
    static Init bilinear() {
        return Fixed.BILINEAR;
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
