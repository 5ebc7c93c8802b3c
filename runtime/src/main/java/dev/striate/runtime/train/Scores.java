package dev.striate.runtime.train;

import dev.striate.runtime.io.DataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Losses and metrics of epochs, in the state of a run. */
final class Scores {
    private Scores() {}

    /** Adds those of all epochs, with names that begin with {@code prefix}. */
    static void save(String prefix, List<Map<String, Double>> epochs, RunState run) {
        run.put(prefix + "count", epochs.size());
        for (int i = 0; i < epochs.size(); i++) {
            run.put(prefix + i, String.join(" ", epochs.get(i).keySet()));
            for (Map.Entry<String, Double> score : epochs.get(i).entrySet()) {
                run.put(prefix + i + "." + score.getKey(), score.getValue());
            }
        }
    }

    /**
     * Fills the list of epochs from a state.
     *
     * @throws DataException when the state is not complete
     */
    static void restore(String prefix, List<Map<String, Double>> epochs, RunState run) throws DataException {
        epochs.clear();
        for (long i = 0; i < run.whole(prefix + "count"); i++) {
            Map<String, Double> scores = new LinkedHashMap<>();
            for (String name : run.text(prefix + i).split(" ", -1)) {
                if (!name.isEmpty()) { // there may be no losses and metrics at all
                    scores.put(name, run.number(prefix + i + "." + name));
                }
            }
            epochs.add(scores);
        }
    }
}
