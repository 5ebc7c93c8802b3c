package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;

/**
 * How a value lies on the device.
 *
 * @param shape the shape, {@code [N, C, H, W]} of a feature map
 * @param element what it consists of
 * @param channelsLast whether it lies as {@code [N, H, W, C]}; only of rank 4. A weight {@code [F, C, KH, KW]} then lies as
 *     {@code [F, KH, KW, C]}
 */
public record Form(Sizes shape, Element element, boolean channelsLast) {
    /** Row by row, in float32. */
    public static Form rows(Sizes shape) {
        return new Form(shape, Element.FLOAT32, false);
    }

    /** The bytes that it takes. */
    public long bytes() {
        return (long) element.bytes() * shape.elements();
    }

    /** Whether it has the bytes that it has row by row in float32. */
    public boolean isRows() {
        return element == Element.FLOAT32 && (!channelsLast || shape.elementsFrom(2) == 1 || shape.dim(1) == 1);
    }

    /** The element of elements. */
    int elements() {
        return shape.elements();
    }

    /** The size of an axis. */
    int dim(int axis) {
        return shape.dim(axis);
    }

    /** The places of one map of {@code [N, C, …]}. */
    int area() {
        return shape.elementsFrom(2);
    }

    /** How many neighbours a thread reads and writes at once where so many lie side by side: four, or one where they do not divide them. */
    static int atOnce(int neighbours) {
        return neighbours % 4 == 0 ? 4 : 1;
    }

    /** How far apart neighbours on an axis are, in elements. */
    int stride(int axis) {
        if (!channelsLast) {
            return shape.elementsFrom(axis + 1);
        }
        return switch (axis) {
            case 0 -> shape.elementsFrom(1);
            case 1 -> 1;
            case 2 -> shape.dim(3) * shape.dim(1);
            default -> shape.dim(1);
        };
    }

    /** A C expression: the coordinate on an axis of the element that lies at place {@code i}. */
    String coordinate(String i, int axis) {
        String shifted = stride(axis) == 1 ? i : i + " / " + stride(axis);
        return axis == 0 ? shifted : shifted + " % " + shape.dim(axis);
    }

    /** A declaration of C: a name for where the elements of this value of rank 4 lie. */
    String map(String name) {
        return "using " + name + " = Map<" + channelsLast + ", " + dim(1) + ", " + dim(2) + ", " + dim(3) + ">;";
    }
}
