package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What optimizers do in the runs of a session: one launch for all neighbouring ranges of a loop. */
final class RunUpdates {
    private final Attribution attribution;
    private final SharedWeights weights;
    private final RunNumbers numbers;
    private final int most;
    /** Those of the present run come first; what lies behind them was needed once. */
    private final List<UpdateLaunch> launches = new ArrayList<>();
    /** Those of the first run. */
    private final List<UpdateLaunch> usual = new ArrayList<>();

    private int count;
    private int ranges;

    /**
     * Of a session.
     *
     * @param numbers where the ranges are written
     * @param most how many ranges there is room for
     */
    RunUpdates(Attribution attribution, SharedWeights weights, RunNumbers numbers, int most) {
        this.attribution = attribution;
        this.weights = weights;
        this.numbers = numbers;
        this.most = most;
    }

    /** Takes down what the loops are told, and says whether it is what they were told before the first run, but for the numbers of the step. */
    boolean collect(Runnable updates) {
        count = 0;
        ranges = 0;
        weights.updates().collect(this, updates);
        if (usual.isEmpty()) {
            for (int i = 0; i < count; i++) {
                usual.add(new UpdateLaunch());
                usual.get(i).copy(launches.get(i));
            }
        }
        boolean same = count == usual.size();
        for (int i = 0; same && i < count; i++) {
            same = launches.get(i).isLike(usual.get(i));
        }
        return same;
    }

    /** A loop is to go over a range. */
    void add(long function, MemorySegment a, MemorySegment b, UpdateLoops.Run run, long from, long n) {
        if (ranges == most) {
            throw new IllegalStateException("a run updates each parameter once at most");
        }
        if (count == 0 || !launches.get(count - 1).takes(function, run, a, b)) {
            if (count == launches.size()) {
                launches.add(new UpdateLaunch());
            }
            launches.get(count++)
                    .begin(
                            function,
                            run,
                            a,
                            b,
                            numbers.range(ranges),
                            weights.gate().address());
        }
        UpdateLaunch last = launches.get(count - 1);
        numbers.range(ranges++, run, from, n, last.pieces());
        last.add(n);
    }

    /** Gives it to the stream of the weights. */
    void enqueue() {
        for (int i = 0; i < count; i++) {
            launches.get(i).enqueue(attribution.driver(), weights.stream());
            attribution.behind("the optimizer", weights.stream());
        }
    }
}
