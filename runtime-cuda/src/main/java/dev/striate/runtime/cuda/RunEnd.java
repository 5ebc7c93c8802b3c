package dev.striate.runtime.cuda;

import org.jspecify.annotations.Nullable;

/** What a session that learns does behind the steps of a run, as a part of it. */
final class RunEnd {
    private final Attribution attribution;
    private final long stream;
    private final Gate gate;
    private final @Nullable Unscaling unscaling;
    private final @Nullable CudaTotals labels;
    private final RunUpdates updates;
    /** Whether weights are updated in the present run. */
    private boolean updating;

    /**
     * Of a session.
     *
     * @param stream that of its runs
     * @param gate that of its weights
     * @param unscaling where its gradients are scaled
     * @param labels closes the gate where a class index is out of range, in runs without totals; null when no step reads any
     * @param updates what optimizers do
     */
    RunEnd(
            Attribution attribution,
            long stream,
            Gate gate,
            @Nullable Unscaling unscaling,
            @Nullable CudaTotals labels,
            RunUpdates updates) {
        this.attribution = attribution;
        this.stream = stream;
        this.gate = gate;
        this.unscaling = unscaling;
        this.labels = labels;
        this.updates = updates;
    }

    /** Begins a run, with what has loops say what they will do, if anything; whether that is what they do in every run. */
    boolean begin(@Nullable Runnable loops) {
        updating = loops != null;
        return loops == null || updates.collect(loops);
    }

    /**
     * Gives the stream what looks at gradients, losses and metrics, behind the steps.
     *
     * @param totals what losses and metrics come to in a run that nobody waits for; null in others
     * @param again whether the steps were done a second time
     */
    void look(Replay replay, @Nullable CudaTotals totals, boolean again) {
        if (unscaling != null
                && replay.takesSteps()) { // behind the sums over all devices: all find the same ones not finite
            unscaling.enqueue();
            attribution.behind("what divides gradients by their scale", stream);
        }
        CudaTotals watching = totals != null || !updating ? totals : labels;
        if (watching != null) {
            watching.add(replay, again);
        }
    }

    /** Gives the stream what changes weights, behind all of that. */
    void update(Replay replay) {
        if (updating) {
            if (replay.takesSteps()) {
                updates.enqueue();
                gate.rescale();
                attribution.behind("what adapts the scale of gradients", stream);
            }
            gate.endsWithRun();
        }
    }

    /** Copies to Java's side what became of a run that is waited for. */
    void fetch() {
        if (unscaling != null || updating) {
            gate.fetch();
        }
    }

    /** Looks at what was fetched. A run that went wrong changed nothing; the next one may. */
    void look() {
        if (unscaling != null || updating) {
            long run = gate.look();
            if (updating && run != 0) {
                gate.open();
            }
        }
    }
}
