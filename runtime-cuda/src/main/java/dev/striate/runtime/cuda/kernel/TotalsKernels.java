package dev.striate.runtime.cuda.kernel;

/** The kernels that add up losses and metrics behind each run that nobody waits for. */
public final class TotalsKernels {
    private TotalsKernels() {}

    /**
     * Adds losses and metrics, or closes the gate. Its parameters are a table of addresses, first of the scores and then of where steps
     * note faults; where the number of the training step lies, behind a seed; the gate; the sums, in float64; how much the scores count, a
     * float64.
     *
     * @param scores how many losses and metrics
     * @param faults how many steps may note a fault
     * @param samples how much a run counts
     * @param first the number of its first sample in the batch
     * @param finite whether the gate is also closed where a score is not finite, or no scale makes gradients so
     */
    public static Source watch(int scores, int faults, int samples, int first, boolean finite) {
        return Source.of("watch")
                .put("SCORES", scores)
                .put("FAULTS", faults)
                .put("SAMPLES", samples)
                .put("FIRST", first)
                .put("FINITE", finite)
                .build();
    }

    /** Adds counts. Its parameters are the counts, int32; their sums, in float64; the gate; how much they count, a float64. */
    public static Source count(int numbers) {
        return Source.of("count").put("COUNT", numbers).build();
    }
}
