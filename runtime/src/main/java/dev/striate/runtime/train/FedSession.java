package dev.striate.runtime.train;

import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A session with a batch size, and where the fields of a data set go in it. Batches are written straight into the
 * session's inputs. Losses and metrics are the outputs that are single numbers.
 */
final class FedSession implements AutoCloseable {
    private record Copy(MemorySegment from, MemorySegment to) {}

    /** Where a field of the data set goes. */
    record Target(Field field, MemorySegment data) {}

    private final NetSession session;
    private final String setName;
    private final int size;
    private final List<Target> filled = new ArrayList<>();
    private final MemorySegment[] targets;
    private final List<Copy> copies = new ArrayList<>();
    private final List<Output> scores;

    /**
     * Takes over a session, and closes it when the set does not fit.
     *
     * @param size the samples of one run
     * @param arena owns room for the fields that the net does not take
     * @param feed fields by the name of an input or label, where the recipe states them
     * @throws DataException when the set does not fit the net
     */
    FedSession(NetSession session, int size, DataSet set, Map<String, String> feed, Arena arena) throws DataException {
        this.session = session;
        this.setName = set.name();
        this.size = size;
        this.targets = new MemorySegment[set.fields().size()];
        try {
            bind(set, feed, arena);
        } catch (DataException e) {
            session.close();
            throw e;
        }
        this.scores = session.outputNames().stream()
                .map(session::output)
                .filter(o -> o.shape().rank() == 0)
                .toList();
    }

    /** A field goes to the first input that takes it; further ones get copies; what nobody takes goes to spare room. */
    private void bind(DataSet set, Map<String, String> feed, Arena arena) throws DataException {
        for (Map.Entry<String, Integer> fed : Feeding.of(set, session, feed).entrySet()) {
            Input input = session.input(fed.getKey());
            int field = fed.getValue();
            if (targets[field] == null) {
                targets[field] = input.segment();
            } else {
                copies.add(new Copy(targets[field], input.segment()));
            }
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] == null) {
                Field unused = set.fields().get(i);
                targets[i] = arena.allocate((long) size * Tensor.bytes(unused.shape()));
            }
            filled.add(new Target(set.fields().get(i), targets[i]));
        }
    }

    /** The losses and metrics, in the order of the source. */
    List<Output> scores() {
        return scores;
    }

    NetSession session() {
        return session;
    }

    /** The samples of one run. */
    int size() {
        return size;
    }

    /** What {@link #fill} fills, in the order of the set's fields. */
    List<Target> targets() {
        return filled;
    }

    /** Reads one batch of this session's size. */
    void fill(Batches batches, long epoch, int batch) throws DataException {
        batches.fill(epoch, batch, targets);
    }

    /**
     * Runs what was read.
     *
     * @param batch its number, for messages
     * @throws DataException when a sample has a value that no loss or metric can read
     */
    void run(int batch) throws DataException {
        for (int i = 0; i < copies.size(); i++) {
            copies.get(i).to.copyFrom(copies.get(i).from);
        }
        try {
            session.run();
        } catch (IllegalArgumentException e) {
            throw new DataException(setName + ", batch " + (batch + 1) + ": " + e.getMessage());
        }
    }

    /**
     * Adds the losses and metrics of the last run.
     *
     * @param share how much they count; see {@link Averages#add}
     * @return the position of the first that is not a finite number, or -1
     */
    int addTo(Averages averages, double share) {
        int bad = -1;
        for (int i = 0; i < scores.size(); i++) {
            Output score = scores.get(i);
            averages.add(i, score, size, share);
            if (bad < 0 && !Float.isFinite(score.value())) {
                bad = i;
            }
        }
        return bad;
    }

    @Override
    public void close() {
        session.close();
    }
}
