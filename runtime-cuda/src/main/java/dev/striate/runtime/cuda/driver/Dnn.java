package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.List;

/**
 * The calls of cuDNN: convolutions, added up in float32. Descriptors are handles, which {@link #free} frees. All methods throw
 * {@link RefusedException} with the library's reason where it does not do something, and another {@link DeviceException} when a call fails.
 */
public interface Dnn {
    /**
     * A way to compute a convolution.
     *
     * @param number the library's
     * @param math the arithmetic that it was named for, which it is to be run with
     * @param workspace the scratch memory that it takes, in bytes
     * @param deterministic whether it gives the same bits every time
     */
    record Algorithm(int number, int math, long workspace, boolean deterministic) {}

    /**
     * What a convolution works on, as descriptors.
     *
     * @param x of x or its gradient
     * @param weight of the weight or its gradient
     * @param convolution of the window
     * @param y of the result or its gradient
     */
    record Shapes(long x, long weight, long convolution, long y) {}

    /**
     * Where the operands of a convolution lie.
     *
     * @param x of x or its gradient
     * @param weight of the weight or its gradient
     * @param y of the result or its gradient
     * @param scratch of {@link Algorithm#workspace} bytes
     */
    record Addresses(long x, long weight, long y, long scratch) {}

    /**
     * What is added to every channel of y.
     *
     * @param shape the descriptor, of {@code [1, k, 1, 1]}
     * @param at where it lies
     */
    record Bias(long shape, long at) {}

    /**
     * How elements lie.
     *
     * @param element what they are
     * @param channelsLast whether {@code [n, c, h, w]} lies as {@code [n, h, w, c]}
     */
    record Lay(Element element, boolean channelsLast) {}

    /** A tensor {@code [n, c, h, w]}. */
    long tensor(Lay lay, int n, int c, int h, int w);

    /** A weight {@code [k, c, h, w]}: k filters on c channels each. */
    long filter(Lay lay, int k, int c, int h, int w);

    /**
     * A window with as much padding before as behind. Factors of float32 with channels last may be rounded to TF32, of 11 bits.
     *
     * @param lay how all operands lie
     */
    long convolution(Lay lay, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, int groups);

    /** Frees a descriptor. */
    void free(long descriptor);

    /** The version of the library. */
    String version();

    /** Whether only algorithms may be taken that give the same bits every time. */
    boolean isDeterministic();

    /**
     * The algorithms that the library's heuristics name, at least one, and the one first that should be the fastest. The same number may come
     * again, for other arithmetic.
     */
    List<Algorithm> algorithms(Kind kind, Shapes shapes);

    /** Computes y of x and the weight, or one of the gradients of the others. */
    void convolve(Kind kind, Shapes shapes, Algorithm algorithm, Addresses at, long stream);

    /** Whether {@link #convolveWithBias} goes without relu with an algorithm. */
    boolean addsBias(Algorithm algorithm);

    /**
     * Computes {@code convolution + addend + bias}, or {@code max(0, ...)} of it. In numbers of 16 bits it is rounded once.
     *
     * @param addend where that lies which is added, as large as y and not y itself; 0 where nothing is
     * @param relu whether it is the maximum; else only algorithms do that {@link #addsBias add a bias}
     */
    void convolveWithBias(
            Shapes shapes, Algorithm algorithm, Addresses at, Bias bias, long addend, boolean relu, long stream);

    /** Adds a bias to y. */
    void addBias(Bias bias, long yShape, long y, long stream);

    /** The library's other way to be told what to compute. */
    Graphs graphs();
}
