package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;

/**
 * The parts into which a value in blocks falls for the threads: runs of pixels of one block of one image.
 *
 * @param planes blocks of all images
 * @param blocks blocks of an image
 * @param area pixels of a map
 */
record Regions(int planes, int blocks, int area) {
    /** Pixels that are a part by themselves. */
    private static final int MOST = Cpu.GRAIN / LANES;

    /** What is done with a part. */
    @FunctionalInterface
    interface Body {
        /** Does some pixels of a block of an image, in a worker's slot. */
        void run(int image, int block, int first, int pixels, int slot);
    }

    /** The parts of a tensor. */
    static Regions of(Tensor x) {
        return new Regions(x.shape().dim(0) * x.blocks(), x.blocks(), x.shape().elementsFrom(2));
    }

    /** A kernel that does all parts. */
    Runnable forEach(Cpu cpu, Body body) {
        int parts = Math.ceilDiv(area, MOST);
        int pixels = Math.ceilDiv(area, parts);
        return cpu.forEach(planes * parts, (long) pixels * LANES, (index, slot) -> {
            int plane = index / parts;
            int first = index % parts * pixels;
            body.run(plane / blocks, plane % blocks, first, Math.clamp(area - first, 0, pixels), slot);
        });
    }
}
