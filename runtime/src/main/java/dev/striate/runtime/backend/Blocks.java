package dev.striate.runtime.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;

/** Copies feature maps from one layout to the other, an element at a time. */
final class Blocks {
    private Blocks() {}

    /** What copies a tensor into another of the same shape that lies in another way. */
    static Runnable copy(Tensor from, Tensor to) {
        return from.lanes() == 1 ? () -> toBlocks(from, to) : () -> toRows(from, to);
    }

    private static void toBlocks(Tensor from, Tensor to) {
        Sizes shape = to.shape();
        int lanes = to.lanes();
        int area = shape.elementsFrom(2);
        long at = 0;
        for (int n = 0; n < shape.dim(0); n++) {
            for (int block = 0; block < to.blocks(); block++) {
                for (int i = 0; i < area; i++) {
                    for (int lane = 0; lane < lanes; lane++) {
                        int channel = block * lanes + lane;
                        long source = ((long) n * shape.dim(1) + channel) * area + i;
                        float value = channel < shape.dim(1) ? from.data().getAtIndex(JAVA_FLOAT, source) : 0;
                        to.data().setAtIndex(JAVA_FLOAT, at++, value);
                    }
                }
            }
        }
    }

    private static void toRows(Tensor from, Tensor to) {
        Sizes shape = to.shape();
        int lanes = from.lanes();
        int area = shape.elementsFrom(2);
        long at = 0;
        for (int n = 0; n < shape.dim(0); n++) {
            for (int channel = 0; channel < shape.dim(1); channel++) {
                long first = ((long) n * from.blocks() + channel / lanes) * area * lanes + channel % lanes;
                for (int i = 0; i < area; i++) {
                    float value = from.data().getAtIndex(JAVA_FLOAT, first + (long) i * lanes);
                    to.data().setAtIndex(JAVA_FLOAT, at++, value);
                }
            }
        }
    }
}
