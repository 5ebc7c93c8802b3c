package dev.striate.core.window;

/**
 * Two sizes along the spatial axes, such as a kernel of 3x3 or a stride of 2x2.
 *
 * @param h along the rows (axis H)
 * @param w along the columns (axis W)
 */
public record Extent(int h, int w) {
    /** 1x1: the default stride and dilation. */
    public static final Extent ONE = new Extent(1, 1);

    /** The same size along both axes. */
    public static Extent square(int n) {
        return new Extent(n, n);
    }

    /** The size along one spatial axis: 0 is H, 1 is W. */
    public int along(int spatialAxis) {
        return spatialAxis == 0 ? h : w;
    }

    /** The number of positions, {@code h * w}. */
    public int area() {
        return Math.multiplyExact(h, w);
    }

    @Override
    public String toString() {
        return h + "x" + w;
    }
}
