package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import java.util.ArrayList;
import java.util.List;

/**
 * How the steps of runs get to a stream. Runs are of two flavours. The first run of a flavour is done step by step, in which
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

    private final Driver driver;
    /** Whether every run is done step by step. */
    private boolean always;
    /** What was noted of each flavour; nothing while none was captured. */
    private final List<List<Runnable>> noted = List.of(new ArrayList<>(), new ArrayList<>());
    /** Whether there was a run of each flavour. */
    private final boolean[] ran = new boolean[2];

    private final List<Long> graphs = new ArrayList<>();
    private int flavour;
    private long stream;
    private Mode mode = Mode.REPLAY;

    Replay(Driver driver, boolean always) {
        this.driver = driver;
        this.always = always;
    }

    /** Has every run from now on done step by step. */
    void always() {
        always = true;
    }

    /** Begins a run. */
    void begin(int ofFlavour, long on) {
        flavour = ofFlavour;
        stream = on;
        if (always || !ran[flavour]) {
            mode = Mode.STEPS;
        } else if (noted.get(flavour).isEmpty()) {
            driver.beginCapture(stream);
            mode = Mode.CAPTURE;
        }
    }

    /** Whether steps are given to the stream, to be done or noted. */
    boolean takesSteps() {
        return mode != Mode.REPLAY;
    }

    /** Does something that is not captured, behind the steps so far and before those to come. Only where steps are taken. */
    void between(Runnable action) {
        if (mode == Mode.STEPS) {
            action.run();
        } else {
            endGraph();
            noted.get(flavour).add(action);
            driver.beginCapture(stream);
        }
    }

    private void endGraph() {
        long graph = driver.endCapture(stream);
        graphs.add(graph);
        noted.get(flavour).add(() -> driver.replay(graph, stream));
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
        if (mode == Mode.CAPTURE) {
            driver.freeGraph(driver.endCapture(stream));
            noted.get(flavour).clear();
        }
        mode = Mode.REPLAY;
    }

    /** Frees what was captured. */
    void free() {
        graphs.forEach(driver::freeGraph);
    }
}
