package dev.striate.runtime.train;

import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Part;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.SplitSet;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session for a part of each batch, or for the whole, and where the fields of a data set go in it. Batches are written straight into the
 * session's inputs. Losses and metrics are the outputs that are single numbers.
 */
final class FedSession implements AutoCloseable {
    private record Copy(int from, Input to) {}

    /** Where a field of the data set goes. */
    record Target(Field field, MemorySegment data) {}

    private final NetSession session;
    private final Arena arena;
    private final String setName;
    private final Part part;
    /** Whether each sample is blended with the one at the same place from the end of the batch. */
    private final boolean blends;
    /** The samples that are read: its own, and behind them those that are blended with them, where a device needs others. */
    private final int reads;

    private final List<Target> filled = new ArrayList<>();
    private final MemorySegment[] targets;
    /** Those that the targets are of, by the number of the field. */
    private final @Nullable Input[] inputs;

    /** What is read: the set, or as much of it as the device leaves to be done. */
    private DataSet read;

    private final @Nullable Augmentation[] augmentations;
    private final List<Copy> copies = new ArrayList<>();
    private final List<Output> scores;
    private @Nullable Totals totals;

    /**
     * Takes over a session, and closes it when the set does not fit.
     *
     * @param part the samples of one run
     * @param blends whether each is blended with another of its batch
     * @param arena owns room for the fields that the net does not take
     * @param feed fields by the name of an input or label, where the recipe states them
     * @throws DataException when the set does not fit the net
     */
    FedSession(NetSession session, Part part, boolean blends, DataSet set, Map<String, String> feed, Arena arena)
            throws DataException {
        this.session = session;
        this.arena = arena;
        this.setName = set.name();
        this.part = part;
        this.blends = blends;
        this.reads = blends && part.opposite() != part.first() ? 2 * part.samples() : part.samples();
        this.targets = new MemorySegment[set.fields().size()];
        this.inputs = new Input[targets.length];
        this.augmentations = new Augmentation[targets.length];
        this.read = set;
        try {
            bind(set, feed);
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
    private void bind(DataSet set, Map<String, String> feed) throws DataException {
        for (Map.Entry<String, Integer> fed : Feeding.of(set, session, feed).entrySet()) {
            Input input = session.input(fed.getKey());
            int field = fed.getValue();
            if (inputs[field] == null) {
                inputs[field] = input;
                targets[field] = input.segment();
            } else {
                copies.add(new Copy(field, input));
            }
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] == null) {
                targets[i] = room(set.fields().get(i));
            }
            filled.add(new Target(set.fields().get(i), targets[i]));
        }
    }

    /** For a field that the net does not take. */
    private MemorySegment room(Field unused) {
        return arena.allocate((long) reads * Tensor.bytes(unused.shape()));
    }

    /**
     * Lets a device do the transforms of the set, from where pictures have one size, for each input that takes a picture; and blend all
     * inputs.
     *
     * @throws DataException if the first sample cannot be read or transformed
     */
    void augment() throws DataException {
        if (!session.isOnDevice()) {
            return;
        }
        SplitSet split = SplitSet.of(read);
        if (split != null) {
            read = split;
            for (int i = 0; i < inputs.length; i++) {
                Augmentation how = split.augmentation(i);
                if (how != null && inputs[i] == null) {
                    targets[i] = room(split.fields().get(i)); // it may be larger before than behind the transforms
                } else {
                    augment(i, how);
                }
            }
        }
        for (int i = 0; blends && i < inputs.length; i++) {
            Field field = read.fields().get(i);
            if (augmentations[i] == null && field.kind() == Field.Kind.FLOAT) {
                augment(i, Augmentation.none(field.shape().elements()));
            }
        }
    }

    private void augment(int field, @Nullable Augmentation how) {
        if (how == null || inputs[field] == null) {
            return;
        }
        Augmentation whole = how.blending(blends);
        augmentations[field] = whole;
        session.augment(inputs[field], whole, reads);
        copies.stream().filter(copy -> copy.from == field).forEach(copy -> session.augment(copy.to, whole, reads));
    }

    /**
     * Has a device compute the gradients of samples that it blends, and do so for the classes of either side.
     *
     * @param first takes those of the one side
     */
    void blend(MemorySegment first) {
        if (session.isOnDevice()) {
            session.blend(first, reads);
        }
    }

    /**
     * Prepares {@link #learn} and {@link #evaluate} to wait for nothing, where values lie on a device.
     *
     * @param tables whether tables are counted, too, and come behind the scores
     */
    void runAhead(boolean tables) {
        List<Output> all = new ArrayList<>(scores);
        if (tables) {
            all.addAll(tables());
        }
        totals = session.totals(all, part.samples());
    }

    /** Metrics that are tables of counts, in the order of the source. */
    List<Output> tables() {
        return session.outputNames().stream()
                .map(session::output)
                .filter(o -> o.tally() != null && o.shape().rank() != 0)
                .toList();
    }

    /** What the losses and metrics of runs that nobody waits for come to, if there are such. */
    @Nullable
    Totals totals() {
        return totals;
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
        return part.samples();
    }

    /** What {@link #fill} fills, in the order of the set's fields, where values lie in Java's memory. */
    List<Target> targets() {
        return filled;
    }

    /** Reads its part of a batch, and what a device blends with it. */
    void fill(Batches batches, long epoch, int batch) throws DataException {
        for (int i = 0; i < targets.length; i++) {
            Input input = inputs[i];
            if (input != null) {
                targets[i] = input.segment(); // another one behind each run that nobody waits for
            }
        }
        fill(batches, epoch, batch, part.first(), 0);
        if (reads > part.samples()) {
            fill(batches, epoch, batch, part.opposite(), part.samples());
        }
        copy();
    }

    /** Gives further inputs what the targets have now. */
    void copy() {
        for (int i = 0; i < copies.size(); i++) {
            copies.get(i).to.segment().copyFrom(targets[copies.get(i).from]);
        }
    }

    /**
     * Reads some samples.
     *
     * @param first their first one in the batch
     * @param place where it goes among those that are read
     */
    private void fill(Batches batches, long epoch, int batch, int first, int place) throws DataException {
        batches.fill(read, epoch, batch, first, part.samples(), targets, place);
        for (int i = 0; i < targets.length; i++) {
            Augmentation how = augmentations[i];
            if (how != null) {
                long numbers = how.numbers(reads);
                targets[i].set(ValueLayout.JAVA_LONG, numbers, epoch);
                long at = numbers + Long.BYTES * (1L + place);
                batches.numbers(read, i, epoch, batch, first, part.samples(), targets[i], at);
            }
        }
    }

    /**
     * Runs what was read.
     *
     * @param batch its number, for messages
     * @throws DataException when a sample has a value that no loss or metric can read
     */
    void run(int batch) throws DataException {
        try {
            session.run();
        } catch (IllegalArgumentException e) {
            throw new DataException(setName + ", batch " + (batch + 1) + ": " + e.getMessage());
        }
    }

    /**
     * Runs what was read, adds the losses and metrics, and has weights change by the gradients unless one of them is not finite; or has a
     * device do all that.
     *
     * @return the position of the first loss or metric that is not a finite number, or -1, also when nobody knows yet
     * @throws DataException as {@link #run}, where values lie in Java's memory
     */
    int learn(int batch, Averages averages, Runnable updates) throws DataException {
        if (totals != null) {
            session.launch(updates);
            return -1;
        }
        run(batch);
        int bad = addTo(averages, 1);
        if (bad < 0) {
            updates.run();
        }
        return bad;
    }

    /**
     * Runs what was read and adds the losses and metrics, or has a device do so.
     *
     * @throws DataException as {@link #run}, where that is waited for
     */
    void evaluate(int batch, Averages averages) throws DataException {
        if (totals != null) {
            session.launch();
        } else {
            run(batch);
            addTo(averages, 1);
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
            averages.add(i, score, part.samples(), share);
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
