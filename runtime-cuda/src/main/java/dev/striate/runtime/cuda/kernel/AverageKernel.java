package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.Lines;
import dev.striate.runtime.backend.Average;

/** The kernel that averages the outputs of an ensemble's members. */
public final class AverageKernel {
    private AverageKernel() {}

    /**
     * The kernel. Its parameters are the output of the first member, which becomes the average, and a table of the others' addresses.
     *
     * @param kind what the output means
     * @param lines what is averaged together
     * @param members how many, the first included
     */
    public static Source of(Average kind, Lines lines, int members) {
        return Source.of("average")
                .put("LINES", lines.size())
                .put("COUNT", lines.count())
                .put("INNER", lines.inner())
                .put("MEMBERS", members)
                .put("SOFTMAX", kind == Average.SOFTMAX)
                .put("LOGARITHMS", kind == Average.LOGARITHMS)
                .put("SIGMOID", kind == Average.SIGMOID)
                .build();
    }
}
