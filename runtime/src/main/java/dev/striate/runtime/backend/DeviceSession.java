package dev.striate.runtime.backend;

import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The share that one session has of a device with memory of its own. Its kernels are bound to segments whose addresses are the
 * device's: nothing may be read or written through them. What Java reads and writes are mirrors on its side, which are copied
 * before and after the steps of each run. The calls of a step that a kernel table bound only tell the device what to do.
 */
public interface DeviceSession extends AutoCloseable {
    /** When the two sides of a mirror become equal. */
    enum Copied {
        /** From Java's side to the device, before the steps of every run. */
        BEFORE_EACH_RUN,
        /** From the device, behind the steps of every run. */
        AFTER_EACH_RUN
    }

    /**
     * The values of weights on the device: one copy for all sessions that are open, which is that of the newest values whenever a run
     * begins. Called once, before all else.
     *
     * @param learns whether an optimizer will change them behind the runs of this session
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    MemorySegment weights(Weights weights, boolean learns);

    /** What optimizers work on, of a session behind whose runs they change the weights. */
    Learning learning(MemorySegment gradients);

    /**
     * Memory of the device, for as long as the session is open.
     *
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    MemorySegment allocate(long bytes);

    /** Sets memory to zero, before the first run. */
    void clear(MemorySegment device);

    /** Says that Java's memory will be copied from or to, for as long as the session is open. */
    void pin(MemorySegment host);

    /**
     * Keeps two pieces of memory equal.
     *
     * @param host on Java's side: what is pinned and takes part in the next run
     * @param device a part of what was allocated, of the same size
     */
    void mirror(Supplier<MemorySegment> host, MemorySegment device, Copied when);

    /**
     * Has pictures transformed behind their copy from Java's side.
     *
     * @param name of the input, for messages
     * @param input a mirror before each run, whose side of Java becomes pictures and numbers as the augmentation has them
     * @param samples how many the input takes
     * @param pictures how many are on Java's side: perhaps more, which are blended with the first, the last with the first one
     */
    void augment(String name, MemorySegment input, Augmentation how, int samples, int pictures);

    /**
     * Has a label be that of other samples when steps are done {@link #again}.
     *
     * @param label a mirror before each run
     * @param samples how many it takes
     * @param all how many are on Java's side from now on: the first sample has the last one's the second time, and so on
     */
    void exchange(MemorySegment label, int samples, int all);

    /**
     * Prepares runs that do their steps twice.
     *
     * @param first takes the gradients of the first time
     */
    void blend(MemorySegment first);

    /** Says how much of its own each blended sample keeps in the next runs: so much their first time counts, too. */
    void share(float share);

    /** A loss or metric: where it lies on the device, and what counts for it, if anything. */
    record Score(MemorySegment memory, @Nullable Tally tally) {}

    /**
     * Prepares runs that nobody waits for. Called once, when all is bound and ready.
     *
     * @param samples how much each run counts
     */
    Totals totals(List<Score> scores, int samples);

    /**
     * What averages a tensor of the session and others like it, of sessions that have run, in its place. It is called behind the step that
     * computes the tensor, when all is bound and ready.
     */
    Runnable average(Average kind, Tensor own, List<MemorySegment> others);

    /** Times steps on the device, to which all runs give them one by one from now on. Called once, when all is bound and ready. */
    StepClock clock(int steps);

    /** Copies memory of the device to Java's side, between two runs. */
    void fetch(MemorySegment device, MemorySegment host);

    /** Called once when all steps are bound: compiles what they need. */
    void ready();

    /**
     * Begins a run: before its steps.
     *
     * @param newWeights whether the weights are others than in the run before, or this is the first
     * @param ahead whether nobody will wait for the run
     * @param updates has the loops of {@link #learning} say what they will do behind the steps of the run; null where they do nothing
     */
    void begin(boolean newWeights, boolean ahead, @Nullable Runnable updates);

    /** The steps of a run that nobody waits for are done, and come a second time. */
    void again();

    /**
     * Ends a run: the steps are done, and the mirrors filled, when this returns. With {@code ahead} the device only knows what to do
     * then, and the memory on Java's side that did not take part in this run, but in the one before, may be written.
     *
     * @throws IllegalArgumentException when a step read a value that no loss or metric can read; the message is for the user
     * @throws IllegalStateException when the device failed; the message is for the user
     */
    void end(boolean ahead);

    /** Called behind every run; one that did not come to its {@link #end} is given up. */
    void stop();

    /** Frees the memory. */
    @Override
    void close();
}
