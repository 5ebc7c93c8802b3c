package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Layout;
import java.util.ArrayList;
import java.util.Collections;
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
        return blocks ? new Layout(operands(operands, result, now), LANES) : Layout.plain(operands.size());
    }

    /** The lanes of the operands of an element-wise function whose result lies in blocks. */
    static List<Integer> operands(List<Sizes> operands, Sizes result, List<Integer> now) {
        List<Integer> lanes = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Sizes shape = operands.get(i);
            boolean onePixel = shape.rank() == 4 && shape.elementsFrom(2) == 1;
            lanes.add(shape.equals(result) ? LANES : onePixel ? now.get(i) : 1);
        }
        return lanes;
    }

    /** Feature maps in blocks if one of them is, the rest in rows; the result in blocks too where it is a feature map. */
    static Layout maps(List<Sizes> operands, Sizes result, List<Integer> now) {
        if (!now.contains(LANES)) {
            return Layout.plain(operands.size());
        }
        List<Integer> lanes =
                operands.stream().map(s -> s.rank() == 4 ? LANES : 1).toList();
        return new Layout(lanes, result.rank() == 4 ? LANES : 1);
    }

    /** Feature maps in blocks, whatever they are: for kernels that are so much quicker there that it pays to copy. */
    static Layout always(List<Sizes> operands, Sizes result) {
        return result.rank() == 4
                ? new Layout(Collections.nCopies(operands.size(), LANES), LANES)
                : Layout.plain(operands.size());
    }
}
