package dev.striate.runtime.cuda;

import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.DeviceSession;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.RandomState;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.cuda.kernel.Works;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps of a session: bound one by one, compiled together, and given to the session's stream in runs that do them. */
final class SessionSteps implements AutoCloseable {
    private final Driver driver;
    private final Style style;
    private final Attribution attribution;
    private final LibraryPlans plans;
    private final Report report;
    private final Replay replay;
    private final @Nullable Reduction reduction;
    private final List<BoundStep> steps = new ArrayList<>();
    private final Map<Tally, Report.Slots> counts = new HashMap<>();
    private @Nullable RandomState random;
    /** Whether some read seed and training step. */
    private boolean draw;

    private long stream;

    /**
     * None yet.
     *
     * @param attribution waits for each in the debug mode
     * @param plans what libraries do for them
     * @param report where they note faults and counts
     * @param replay says which runs do them
     * @param reduction is told of each that was done; null where no other device shares the batch
     */
    SessionSteps(
            Attribution attribution,
            Style style,
            LibraryPlans plans,
            Report report,
            Replay replay,
            @Nullable Reduction reduction) {
        this.driver = attribution.driver();
        this.style = style;
        this.attribution = attribution;
        this.plans = plans;
        this.report = report;
        this.replay = replay;
        this.reduction = reduction;
    }

    /** Names the stream that they are given to. */
    void on(long ofSession) {
        stream = ofSession;
    }

    /** How values lie. */
    Style style() {
        return style;
    }

    /** Work as the device's libraries can do it. */
    Work resolve(Work work) {
        return plans.resolve(work);
    }

    /** The scratch memory of a step. */
    long workspace(Work work) {
        return plans.workspace(work);
    }

    /** Binds a step; what it returns tells the device to do it, where this run does so step by step. */
    Runnable bind(Kernel kernel, Work work, Operands operands) {
        random = operands.random();
        BoundStep step = new BoundStep(work, operands, plans.of(work), report);
        steps.add(step);
        Runnable action = Described.as(step.kernels(), () -> enqueue(step));
        if (!(kernel instanceof ClassMetric metric)) {
            return action;
        }
        Tally tally = new Tally(metric, step.slots().counts(), action);
        counts.put(tally, step.slots());
        return tally;
    }

    /** Binds a copy from one form to another. */
    Runnable bind(Tensor from, Tensor to) {
        BoundStep step = BoundStep.copy(Works.copy(form(from), form(to)), from, to, report);
        steps.add(step);
        return () -> enqueue(step);
    }

    private Form form(Tensor value) {
        return value.lanes() == Tensor.NATIVE ? style.form(value.shape()) : Form.rows(value.shape());
    }

    private void enqueue(BoundStep step) {
        if (!replay.takesSteps()) {
            return;
        }
        try {
            step.enqueue(driver, stream);
        } catch (DeviceException e) {
            // Without waiting, all other failures may be those of a step before this one.
            throw attribution.debug() || e instanceof RefusedException ? new DeviceException(step.where(), e) : e;
        }
        attribution.behind(step.where(), stream);
        if (reduction != null) {
            reduction.behind(step, replay, stream);
        }
    }

    /**
     * Compiles their kernels, once all are bound.
     *
     * @param now where seed and training step lie
     * @param scale where that lies which gradients begin with
     */
    void resolve(Holdings holdings, long now, long scale) {
        draw = steps.stream().anyMatch(BoundStep::draws);
        List<Source> sources =
                steps.stream().flatMap(step -> step.sources().stream()).toList();
        Map<String, Long> functions = holdings.functions(sources);
        steps.forEach(step -> step.resolve(functions, now, scale));
    }

    /** All that are bound, in order. */
    List<BoundStep> all() {
        return steps;
    }

    /** Whether some read seed and training step. */
    boolean draw() {
        return draw;
    }

    /** Whether gradients begin with some of them, and so are scaled. */
    boolean scale() {
        return steps.stream().anyMatch(BoundStep::scales);
    }

    /** Where seed and training step come from; null where there are no steps. */
    @Nullable
    RandomState random() {
        return random;
    }

    /** Where a score lies, and what its step counts for it. */
    CudaTotals.Score place(DeviceSession.Score score) {
        Report.Slots slots = score.tally() == null ? null : counts.get(score.tally());
        long address = score.memory().address();
        return slots == null
                ? new CudaTotals.Score(address, 0, 0)
                : new CudaTotals.Score(address, report.counts(slots), slots.counts().length);
    }

    /** Frees what libraries have for them. */
    @Override
    public void close() {
        plans.close();
    }
}
