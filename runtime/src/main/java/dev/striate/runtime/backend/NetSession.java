package dev.striate.runtime.backend;

import dev.striate.core.recipe.Augmentation;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program bound to a backend, to one batch size and to memory of its own: the base of the sessions in generated
 * code. It is for one thread at a time; open as many as there are threads.
 */
public abstract class NetSession implements AutoCloseable {
    private final Program program;

    /** Begins to record; the constructor of the generated session goes on and ends with {@link Binder#bind}. */
    protected NetSession(Binder binder) {
        program = binder.program();
    }

    /** Runs every recorded step once, in the order of recording. */
    protected abstract void steps();

    /**
     * Computes the outputs from the inputs.
     *
     * @throws IllegalArgumentException when an input has a value that no loss or metric can read, such as a class index
     *     out of range; the message names the sample
     * @throws IllegalStateException when the session is closed, or running on another thread
     */
    public final void run() {
        run(false, null);
    }

    /**
     * Computes the outputs from the inputs as {@link #run} does, and has an optimizer change the weights by their gradients.
     *
     * @param updates has the loops of {@link #learning} go over each parameter, once at most, and does nothing else. A device does all of it as
     *     one piece of work, so it is asked before the steps run there. {@link Learning#changed} is called behind the run.
     */
    public final void learn(Runnable updates) {
        run(false, updates);
    }

    /** Whether values lie in the memory of a device, which may do more than run; false where they lie in Java's, and of an ensemble. */
    public final boolean isOnDevice() {
        program.requireIdle();
        return program.isOnDevice();
    }

    /**
     * Lets the device transform the pictures of an input before every run. What {@link Input#segment} gives from now on is as the
     * augmentation has it. Called before {@link #totals}, where the session {@link #isOnDevice}.
     *
     * @param pictures how many: those that the input takes, and perhaps as many behind them, with which those are blended
     */
    public final void augment(Input input, Augmentation how, int pictures) {
        program.requireIdle();
        program.augment(input, how, pictures);
    }

    /**
     * Has every launched run do the steps twice, with all labels of the samples, and with those of the samples at the same places from the
     * end. {@link #gradients} are those of the second time. Losses and metrics count by {@link #share} and by what is left of 1. Called as
     * {@link #augment} is.
     *
     * @param first takes the gradients of the first time: an optimizer's state, with as many numbers
     * @param samples how many have labels in {@link Input#segment} from now on: those of a run, or as many more
     */
    public final void blend(MemorySegment first, int samples) {
        program.requireIdle();
        program.blend(first, samples);
    }

    /** Says how much of its own each blended sample keeps in the next runs, from 0 to 1. */
    public final void share(float share) {
        program.requireIdle();
        program.share(share);
    }

    /**
     * Prepares {@link #launch}.
     *
     * @param scores outputs of one number each, or counts of a metric
     * @param samples how much each run counts in their sums
     * @return what the scores of all launched runs come to; null where values lie in Java's memory, or in an ensemble: there is nothing to
     *     launch
     * @throws IllegalStateException when the session is closed or running
     */
    public final @Nullable Totals totals(List<Output> scores, int samples) {
        program.requireIdle();
        return program.totals(scores, samples);
    }

    /**
     * Has a device compute the outputs from the inputs, some time after this returns. Every input is written anew then, into
     * another {@link Input#segment} than before; outputs are not read, but by {@link #totals}, without which nothing can be launched.
     *
     * @throws IllegalStateException when the session is closed or running, or the device failed
     */
    public final void launch() {
        run(true, null);
    }

    /**
     * As {@link #launch()}, with an optimizer behind the steps.
     *
     * @param updates as in {@link #learn}
     */
    public final void launch(Runnable updates) {
        run(true, updates);
    }

    private void run(boolean ahead, @Nullable Runnable updates) {
        program.start(ahead, updates);
        try {
            steps();
            if (ahead && program.isBlended()) {
                program.again();
                steps();
            }
            program.finish(ahead, updates);
        } catch (OutOfMemoryError e) {
            throw program.explained(e);
        } finally {
            program.stop();
            // Kernels pass addresses of the weights to native code; the program's segments keep that memory alive.
            Reference.reachabilityFence(program);
        }
    }

    /**
     * Says how much the session takes and what to do, where there is not enough memory for something beside it; of a device also
     * what takes the most.
     *
     * @param e what the allocation failed with
     * @param needs what was to be allocated, such as {@code "the optimizer needs"}
     * @return {@code e} itself where it already says that
     */
    public final OutOfMemoryError explained(OutOfMemoryError e, String needs) {
        return program.explained(e, needs);
    }

    /**
     * Says where in a training run the next runs stand, which decides what dropout drops.
     *
     * @param seed the seed of the training run
     * @param step the number of the training step
     */
    public final void at(long seed, long step) {
        program.random.set(seed, step);
    }

    /** The names of the inputs and labels, in the order of the source. */
    public final List<String> inputNames() {
        return List.copyOf(program.inputs.keySet());
    }

    /** The names of the outputs, in the order of the source. */
    public final List<String> outputNames() {
        return List.copyOf(program.outputs.keySet());
    }

    /**
     * An input or label by its name.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public final Input input(String name) {
        return byName("input", name, program.inputs);
    }

    /**
     * An output by its name.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public final Output output(String name) {
        return byName("output", name, program.outputs);
    }

    private static <T> T byName(String kind, String name, Map<String, T> all) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no " + kind + " " + name + "; there are " + String.join(", ", all.keySet()));
        }
        return found;
    }

    /**
     * The gradients of the last run: contiguous float32, in the order of the weights; zero where none is recorded. In
     * the places of running statistics are their new values.
     *
     * @throws IllegalStateException when the session records none, or is closed or running
     */
    public final MemorySegment gradients() {
        program.requireIdle();
        return program.gradients();
    }

    /**
     * What optimizers work on in each run or behind it, the same for all.
     *
     * @throws IllegalStateException when the session records no gradients, or is closed or running
     */
    public final Learning learning() {
        program.requireIdle();
        return program.learning();
    }

    /** The memory of the session besides the weights, in bytes. */
    public final long bytes() {
        return program.bytes();
    }

    /** The largest sum of what is alive at one step, in bytes: no plan of the memory makes {@link #bytes} smaller. */
    public final long leastBytes() {
        return program.leastBytes();
    }

    /**
     * Frees the memory. Whatever is called afterwards throws an {@link IllegalStateException}.
     *
     * @throws IllegalStateException while the session is running on another thread
     */
    @Override
    public final void close() {
        program.close();
    }
}
