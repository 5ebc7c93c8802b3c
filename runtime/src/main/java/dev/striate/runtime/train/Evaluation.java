package dev.striate.runtime.train;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.util.Map;

/** Losses and metrics of a net over a whole data set, in inference mode. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * Evaluates every sample once.
     *
     * @param batch the samples of one run, at least 1; decides the speed, and the result up to rounding
     * @param feed fields of the set by the name of an input or label, where a recipe states them
     * @return the mean of each loss and metric over the samples, in the order of the source
     * @throws DataException when the set does not fit the net, has a value out of range, or the batch needs more memory
     *     than there is; the message is for the user
     */
    public static Map<String, Double> of(Net net, DataSet set, Map<String, String> feed, int batch, Backend backend)
            throws DataException {
        Batches batches = Batches.sequential(set, batch);
        try (Arena arena = Arena.ofConfined();
                FedSessions sessions =
                        new FedSessions(size -> net.evaluation(backend, size), batches, set, feed, arena)) {
            Averages averages = new Averages(sessions.of(0).scoreNames());
            for (int i = 0; i < batches.count(); i++) {
                FedSession session = sessions.of(i);
                session.run(batches, 0, i);
                session.addTo(averages);
            }
            return averages.means();
        }
    }
}
