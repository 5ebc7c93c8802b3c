package dev.striate.runtime.backend.reference;

import dev.striate.runtime.tensor.Tensor;

/**
 * A tensor of rank 4 with its element numbers: feature maps {@code [N, C, H, W]} and weights {@code [F, C, kh, kw]}.
 */
record Map4(Tensor tensor, int n, int c, int h, int w) {
    static Map4 of(Tensor t) {
        return new Map4(
                t,
                t.shape().dim(0),
                t.shape().dim(1),
                t.shape().dim(2),
                t.shape().dim(3));
    }

    boolean contains(int y, int x) {
        return y >= 0 && y < h && x >= 0 && x < w;
    }

    int index(int i, int channel, int y, int x) {
        return ((i * c + channel) * h + y) * w + x;
    }

    float get(int i, int channel, int y, int x) {
        return tensor.get(index(i, channel, y, x));
    }

    void set(int i, int channel, int y, int x, double value) {
        tensor.set(index(i, channel, y, x), (float) value);
    }

    /** Calls {@code body} for every element, in row-major order. */
    void forEach(Body body) {
        for (int i = 0; i < n; i++) {
            for (int channel = 0; channel < c; channel++) {
                for (int y = 0; y < h; y++) {
                    for (int x = 0; x < w; x++) {
                        body.at(i, channel, y, x);
                    }
                }
            }
        }
    }

    /** Sets every element to what {@code value} gives for it. */
    void setAll(Element value) {
        forEach((i, channel, y, x) -> set(i, channel, y, x, value.at(i, channel, y, x)));
    }

    /** What is done with one element. */
    interface Body {
        void at(int i, int channel, int y, int x);
    }

    /** The value of one element. */
    interface Element {
        double at(int i, int channel, int y, int x);
    }
}
