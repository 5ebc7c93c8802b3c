package dev.striate.runtime.cuda.kernel;

import dev.striate.core.window.Grid;

/** The constants of a sliding window. */
final class Windows {
    private Windows() {}

    /** Declares sizes, strides, dilation and padding. */
    static Source.Builder put(Source.Builder source, Grid g) {
        return source.put("H", g.h())
                .put("W", g.w())
                .put("OH", g.outH())
                .put("OW", g.outW())
                .put("KH", g.kernelH())
                .put("KW", g.kernelW())
                .put("SH", g.strideH())
                .put("SW", g.strideW())
                .put("DH", g.dilationH())
                .put("DW", g.dilationW())
                .put("TOP", g.top())
                .put("BOTTOM", g.bottom())
                .put("LEFT", g.left())
                .put("RIGHT", g.right());
    }
}
