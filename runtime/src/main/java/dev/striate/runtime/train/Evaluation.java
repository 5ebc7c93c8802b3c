package dev.striate.runtime.train;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Part;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Losses and metrics of a net over a whole data set, in inference mode.
 *
 * @param scores losses and metrics that are numbers, in the order of the source
 * @param tables metrics that count: by row the class of the label, by column the predicted one
 */
public record Evaluation(Map<String, Double> scores, Map<String, long[][]> tables) {
    /**
     * Evaluates every sample once.
     *
     * @param batch the samples of one run, at least 1; decides the speed, and the result up to rounding
     * @param feed fields of the set by the name of an input or label, where a recipe states them
     * @return each loss and metric that is a number over all samples, in the order of the source
     * @throws DataException when the set does not fit the net, has a value out of range, or the batch needs more memory
     *     than there is; the message is for the user
     */
    public static Map<String, Double> of(Net net, DataSet set, Map<String, String> feed, int batch, Backend backend)
            throws DataException {
        return whole(net, set, feed, batch, backend).scores;
    }

    /** Evaluates every sample once, tables of counts included; see {@link #of}. Several devices take turns with the batches. */
    public static Evaluation whole(Net net, DataSet set, Map<String, String> feed, int batch, Backend backend)
            throws DataException {
        Batches batches = Batches.sequential(set, batch);
        List<FedSessions> devices = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            List<Totals> ahead = new ArrayList<>();
            for (int i = 0; i < Math.min(backend.devices(), batches.count()); i++) {
                Backend one = backend.device(i);
                FedSessions sessions = new FedSessions(
                        net::evaluation, size -> Part.whole(one, size), false, batches, set, feed, arena);
                devices.add(sessions);
                sessions.augment();
                ahead.addAll(sessions.runAhead(true));
            }
            return evaluated(batches, devices, ahead, set.name());
        } catch (OutOfMemoryError e) {
            if (devices.isEmpty()) {
                throw e;
            }
            throw devices.getLast().tooMuch(e, "the inputs of the next batch need");
        } finally {
            devices.forEach(FedSessions::close);
        }
    }

    private static Evaluation evaluated(Batches batches, List<FedSessions> devices, List<Totals> ahead, String name)
            throws DataException {
        FedSession first = devices.getFirst().of(0);
        Averages averages = new Averages(first.scores());
        averages.attach(ahead);
        Map<String, long[][]> tables = new LinkedHashMap<>();
        for (int i = 0; i < batches.count(); i++) {
            FedSession session = devices.get(i % devices.size()).of(i);
            session.session().at(0, i); // also what a fault is of
            session.fill(batches, 0, i);
            session.evaluate(i, averages);
            averages.count(session.size());
            if (ahead.isEmpty()) {
                session.tables().forEach(table -> add(table, requireNonNull(table.tally())::count, tables));
            }
        }
        averages.fetch();
        Totals.Fault fault = averages.fault();
        if (fault != null) {
            throw new DataException(name + ", batch " + (fault.step() + 1) + ": " + fault.message());
        }
        ahead.forEach(totals -> add(first, totals, tables));
        return new Evaluation(averages.means(), tables);
    }

    /** Adds the tables that lie behind the scores. */
    private static void add(FedSession session, Totals totals, Map<String, long[][]> tables) {
        int first = session.scores().size();
        for (int i = 0; i < session.tables().size(); i++) {
            Output table = session.tables().get(i);
            double[] counts = totals.counts(first + i);
            int classes = requireNonNull(table.tally()).classes();
            add(table, (label, predicted) -> counts[label * classes + predicted], tables);
        }
    }

    private static void add(Output output, Counts counts, Map<String, long[][]> tables) {
        int classes = requireNonNull(output.tally()).classes();
        long[][] table = tables.computeIfAbsent(output.name(), name -> new long[classes][classes]);
        for (int label = 0; label < classes; label++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                table[label][predicted] += (long) counts.of(label, predicted);
            }
        }
    }

    /** How often a class was predicted as each. */
    private interface Counts {
        double of(int label, int predicted);
    }
}
