package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Driver;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the steps of runs get to a stream. Runs are of several flavours. The first run of a flavour is done step by step, in which
 * libraries load what they need; the second is captured as graphs, with what cannot be captured between them; all others replay those.
 */
final class Replay {
    /** How a run is done. */
    private enum Mode {
        /** Every step is given to the stream. */
        STEPS,
        /** Every step is noted, and then all are done. */
        CAPTURE,
        /** What was noted is done. */
        REPLAY
    }

    private static final int FLAVOURS = 8;

    private final Driver driver;
    /** Whether every run is done step by step. */
    private boolean always;
    /** What was noted of each flavour; nothing while none was captured. */
    private final List<List<Runnable>> noted = Stream.generate(() -> (List<Runnable>) new ArrayList<Runnable>())
            .limit(FLAVOURS)
            .toList();
    /** Whether there was a run of each flavour. */
    private final boolean[] ran = new boolean[FLAVOURS];

    private final List<Long> graphs = new ArrayList<>();
    private int flavour;
    private long stream;
    private Mode mode = Mode.REPLAY;
    /** Whether the stream is being captured, which begins with the first that is given to it. */
    private boolean capturing;

    Replay(Driver driver, boolean always) {
        this.driver = driver;
        this.always = always;
    }

    /** Has every run from now on done step by step. */
    void always() {
        always = true;
    }

    /**
     * Begins a run.
     *
     * @param newWeights whether what follows from weights alone is computed
     * @param updates whether weights are updated
     * @param ahead whether nobody waits for it
     * @param once whether it is not like those of its flavour, and so is done step by step
     */
    void begin(boolean newWeights, boolean updates, boolean ahead, boolean once, long on) {
        flavour = (newWeights ? 1 : 0) + (updates ? 2 : 0) + (ahead ? 4 : 0);
        stream = on;
        if (always || once || !ran[flavour]) {
            mode = Mode.STEPS;
        } else if (noted.get(flavour).isEmpty()) {
            mode = Mode.CAPTURE;
        }
    }

    /** Whether steps are given to the stream, to be done or noted. Asked before each. */
    boolean takesSteps() {
        if (mode == Mode.CAPTURE && !capturing) {
            driver.beginCapture(stream);
            capturing = true;
        }
        return mode != Mode.REPLAY;
    }

    /** Does something that is not captured, behind the steps so far and before those to come. */
    void between(Runnable action) {
        switch (mode) {
            case STEPS -> action.run();
            case CAPTURE -> {
                endGraph();
                noted.get(flavour).add(action);
            }
            case REPLAY -> {} // it was noted
        }
    }

    private void endGraph() {
        if (capturing) {
            capturing = false;
            long graph = driver.endCapture(stream);
            graphs.add(graph);
            noted.get(flavour).add(() -> driver.replay(graph, stream));
        }
    }

    /** Ends a run: all of it has been given to the stream then. */
    void end() {
        if (mode == Mode.CAPTURE) {
            endGraph();
            mode = Mode.REPLAY;
        }
        if (mode == Mode.REPLAY) {
            List<Runnable> all = noted.get(flavour);
            for (int i = 0; i < all.size(); i++) {
                all.get(i).run();
            }
        }
        mode = Mode.REPLAY;
        ran[flavour] = true;
    }

    /** Gives up a run that did not come to its end. */
    void stop() {
        boolean open = capturing;
        capturing = false;
        if (mode == Mode.CAPTURE) {
            noted.get(flavour).clear();
        }
        mode = Mode.REPLAY;
        if (open) {
            discard();
        }
    }

    /** Ends a capture of which nothing is kept. A call that failed in it has made it invalid, so that this fails, too. */
    private void discard() {
        try {
            driver.freeGraph(driver.endCapture(stream));
        } catch (DeviceException | OutOfMemoryError e) {
            System.getLogger("dev.striate.runtime").log(Level.DEBUG, "what was captured is given up", e);
        }
    }

    /** Frees what was captured. */
    void free() {
        graphs.forEach(driver::freeGraph);
    }
}
