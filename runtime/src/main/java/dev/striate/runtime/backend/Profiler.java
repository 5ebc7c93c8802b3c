package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A session whose steps are timed one by one. Other sessions know nothing of it: the clock is put around each step of
 * this one when it is opened, and costs it some 50 ns a step. On a device it is the device's, and steps are not replayed as a whole.
 */
public final class Profiler implements AutoCloseable {
    /**
     * A step that does something in every run. Views that are not copied, and what follows from weights alone, are none.
     *
     * @param path as it was recorded: the path of a layer, or that of a parameter with what is computed for it, such as
     *     {@code conv1.weight gradient}; that of the first of two steps that are done as one
     * @param kernel what it does
     * @param shape of its result
     * @param chosen how the backend does it, in a few words
     * @param bytes what it reads and writes at least: its operands and its result
     */
    public record TimedStep(String path, Kernel kernel, Sizes shape, String chosen, long bytes) {}

    private final NetSession session;
    private final List<TimedStep> steps;
    private final StepClock clock;

    private Profiler(NetSession session, List<TimedStep> steps, StepClock clock) {
        this.session = session;
        this.steps = List.copyOf(steps);
        this.clock = clock;
    }

    /**
     * Opens a session.
     *
     * @param opener opens one session on the backend that it is given
     */
    public static Profiler open(Backend backend, Function<Backend, NetSession> opener) {
        List<TimedStep> steps = new ArrayList<>();
        List<StepClock> clocks = new ArrayList<>();
        Backend timing = new Finishing(
                backend, weights -> backend.binder(weights).finish(program -> clocks.add(time(program, steps))));
        NetSession session = opener.apply(timing);
        return new Profiler(session, steps, clocks.getFirst());
    }

    /** Puts a clock around each step that computes something. */
    private static StepClock time(Program program, List<TimedStep> timed) {
        List<Step> running = program.running();
        StepClock clock = program.clock(running.size());
        for (int i = 0; i < running.size(); i++) {
            Step step = running.get(i);
            timed.add(new TimedStep(step.path, step.kernel, step.shape(), chosen(step), bytes(step)));
            int index = i;
            step.around(whole -> () -> {
                clock.begin(index);
                whole.run();
                clock.end(index);
            });
        }
        return clock;
    }

    private static String chosen(Step step) {
        String kernel = step.alias ? "" : Described.of(step.action());
        String copies = step.copies() ? "layout copy" : "";
        return kernel.isEmpty() || copies.isEmpty() ? kernel + copies : kernel + " + " + copies;
    }

    private static long bytes(Step step) {
        return Tensor.bytes(step.shape())
                + step.operandShapes().stream().mapToLong(Tensor::bytes).sum();
    }

    /** The session, for its inputs and outputs; {@link #close} closes it. */
    public NetSession session() {
        return session;
    }

    /** The steps that are timed, in the order in which they run. */
    public List<TimedStep> steps() {
        return steps;
    }

    /** Runs the session once and says how long each of {@link #steps} took, in nanoseconds. */
    public long[] run() {
        session.run();
        return IntStream.range(0, steps.size()).mapToLong(clock::nanos).toArray();
    }

    @Override
    public void close() {
        session.close();
    }
}
