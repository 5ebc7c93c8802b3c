package dev.striate.runtime.cuda.kernel;

import java.util.List;

/** One thing that a step has the device do. */
public sealed interface Call {
    /** Threads of every block. */
    int BLOCK = 256;

    /** Blocks of a launch at most; threads then take several elements. */
    int MOST_BLOCKS = 1 << 16;

    /**
     * A launch of a generated kernel with blocks of {@link #BLOCK} threads.
     *
     * @param source the kernel
     * @param blocks how many blocks, at least 1
     * @param args what it works on, in the order of its parameters
     */
    record Launch(Source source, int blocks, List<Arg> args) implements Call {
        /** Copies the list. */
        public Launch {
            args = List.copyOf(args);
        }
    }

    /** Copies what has as many elements as the result to it. */
    record Copy(Arg from) implements Call {}

    /**
     * A product of row-major matrices: {@code c = op(a) op(b)} of {@code [m, k]} and {@code [k, n]}, with a bias {@code [n]} added
     * to every row where there is one.
     *
     * @param m rows of c
     * @param n columns of c
     * @param k what is summed over
     * @param element what a and b consist of; bias and result are float32
     * @param transposeA whether a is stored as {@code [k, m]}
     * @param transposeB whether b is stored as {@code [n, k]}
     * @param a the operand
     * @param b the operand
     * @param bias the operand, or -1
     * @param relu whether what is below 0 becomes 0
     */
    record Product(
            int m,
            int n,
            int k,
            Element element,
            boolean transposeA,
            boolean transposeB,
            int a,
            int b,
            int bias,
            boolean relu)
            implements Call {
        /** On other operands, perhaps with relu. */
        Product with(int otherA, int otherB, int otherBias, boolean withRelu) {
            return new Product(m, n, k, element, transposeA, transposeB, otherA, otherB, otherBias, withRelu);
        }
    }

    /**
     * A convolution by the library, forward or one of its gradients.
     *
     * @param kind what is computed
     * @param shape the sizes
     * @param first operand of the convolution's x (forward) or the result's gradient
     * @param second operand of the weight, or of x for the weight's gradient
     * @param bias the bias's operand, or -1; forward only
     * @param addend the operand that is added to the result, or -1; only with relu
     * @param relu whether what is below 0 becomes 0; only with a bias
     * @param otherwise what is done where the library refuses all of its algorithms
     */
    record Convolution(
            Kind kind, ConvSizes shape, int first, int second, int bias, int addend, boolean relu, List<Call> otherwise)
            implements Call {
        /** Copies the list. */
        public Convolution {
            otherwise = List.copyOf(otherwise);
        }

        /** Without what follows but perhaps a bias; otherwise by a kernel of ours. */
        Convolution(Kind kind, ConvSizes shape, int bias, Launch own) {
            this(kind, shape, 0, 1, bias, -1, false, List.of(own));
        }

        /** What is computed. */
        public enum Kind {
            /** y of x and the weight. */
            FORWARD,
            /** The gradient by x, of the result's gradient and the weight. */
            GRADIENT_OF_INPUT,
            /** The gradient by the weight, of the result's gradient and x. */
            GRADIENT_OF_WEIGHT
        }
    }

    /**
     * A convolution and what follows it as one graph of operations, which the library may have a kernel for: {@code activation(convolution +
     * addend + bias)}, rounded once.
     *
     * @param shape the sizes
     * @param x the operand
     * @param weight the operand
     * @param bias the operand, float32, or -1
     * @param addend the operand, like the result, or -1
     * @param activation what is done behind the sum
     * @param otherwise what is done where the library has no such kernel
     */
    record Graph(ConvSizes shape, int x, int weight, int bias, int addend, Activation activation, List<Call> otherwise)
            implements Call {
        /** Copies the list. */
        public Graph {
            otherwise = List.copyOf(otherwise);
        }
    }

    /** A launch for every element of {@code count}, by one thread each as long as there are enough blocks. */
    static Launch perElement(Source source, int count, Arg... args) {
        return new Launch(source, blocks(count), List.of(args));
    }

    /** How many blocks have a thread for each of {@code count} elements; at most {@link #MOST_BLOCKS}. */
    static int blocks(int count) {
        return Math.clamp(Math.ceilDiv(count, BLOCK), 1, MOST_BLOCKS);
    }
}
