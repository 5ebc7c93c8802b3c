package dev.striate.runtime.cuda.kernel;

/** The kernels that add up losses and metrics behind each run that nobody waits for. */
public final class TotalsKernels {
    private TotalsKernels() {}

    /**
     * Adds losses and metrics, or closes the gate. Its parameters are a table of addresses, first of the scores and then of where steps
     * note faults; the number of the training step; the gate; the sums, in float64.
     *
     * @param scores how many losses and metrics
     * @param faults how many steps may note a fault
     * @param samples how much a run counts
     * @param first the number of its first sample in the batch
     */
    public static Source watch(int scores, int faults, int samples, int first) {
        return Source.of("watch")
                .put("SCORES", scores)
                .put("FAULTS", faults)
                .put("SAMPLES", samples)
                .put("FIRST", first)
                .build();
    }

    /** Adds counts. Its parameters are the counts, int32; their sums, in float64; the gate. */
    public static Source count(int numbers) {
        return Source.of("count").put("COUNT", numbers).build();
    }

    /** Sets what randomness depends on. Its parameters are where it lies; seed, training step, and the number of the first sample. */
    public static Source moment() {
        return Source.of("moment").build();
    }
}
