package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Layout;
import java.util.ArrayList;
import java.util.List;

/** The layout of kernels that are as quick in rows as in blocks, and so take their operands as they are. */
final class Neutral {
    private Neutral() {}

    /** In blocks if an operand of the result's shape is; then all of that shape. */
    static Layout layout(List<Sizes> operands, Sizes result, List<Integer> now) {
        boolean blocks = false;
        for (int i = 0; i < now.size(); i++) {
            blocks |= now.get(i) == LANES && operands.get(i).equals(result);
        }
        if (!blocks) {
            return Layout.plain(operands.size());
        }
        List<Integer> lanes = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Sizes shape = operands.get(i);
            boolean onePixel = shape.rank() == 4 && shape.elementsFrom(2) == 1;
            lanes.add(shape.equals(result) ? LANES : onePixel ? now.get(i) : 1);
        }
        return new Layout(lanes, LANES);
    }
}
