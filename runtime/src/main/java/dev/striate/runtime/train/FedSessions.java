package dev.striate.runtime.train;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Part;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The sessions for the batches of one data set: one for full batches, and one for the last if it is smaller. */
final class FedSessions implements AutoCloseable {
    /** Opens a session for a number of samples. */
    @FunctionalInterface
    interface Opener {
        NetSession open(Backend backend, int samples);
    }

    private final Batches batches;
    private final FedSession full;
    private final FedSession last;

    /**
     * Opens them.
     *
     * @param batches of {@code set}, at least one
     * @param parts what the sessions have of a batch, by its size
     * @param blends whether each sample is blended with another of its batch
     * @throws DataException when the set does not fit the net, or a session cannot be opened at the batch size
     */
    FedSessions(
            Opener open,
            IntFunction<Part> parts,
            boolean blends,
            Batches batches,
            DataSet set,
            Map<String, String> feed,
            Arena arena)
            throws DataException {
        this.batches = batches;
        int size = batches.size(0);
        int lastSize = batches.size(batches.count() - 1);
        full = fed(open, parts, size, blends, set, feed, arena);
        try {
            last = lastSize == size ? full : fed(open, parts, lastSize, blends, set, feed, arena);
        } catch (DataException | RuntimeException | OutOfMemoryError e) {
            full.close();
            throw e;
        }
    }

    private static FedSession fed(
            Opener open,
            IntFunction<Part> parts,
            int size,
            boolean blends,
            DataSet set,
            Map<String, String> feed,
            Arena arena)
            throws DataException {
        try {
            Part part = parts.apply(size);
            return new FedSession(open.open(part.backend(), part.samples()), part, blends, set, feed, arena);
        } catch (IllegalArgumentException e) {
            throw new DataException("a batch of " + size + " cannot be run: " + e.getMessage(), e);
        }
    }

    /** The session for a batch. */
    FedSession of(int batch) {
        return batch == batches.count() - 1 ? last : full;
    }

    /** Has a device do what it can of transforms; see {@link FedSession#augment}. */
    void augment() throws DataException {
        full.augment();
        if (last != full) {
            last.augment();
        }
    }

    /** Has a device blend gradients; see {@link FedSession#blend}. */
    void blend(MemorySegment first) {
        full.blend(first);
        if (last != full) {
            last.blend(first);
        }
    }

    /**
     * Prepares runs that nobody waits for.
     *
     * @param tables whether tables are counted, too, and come behind the scores
     * @return what the losses and metrics of each session come to, where there are such
     */
    List<Totals> runAhead(boolean tables) {
        full.runAhead(tables);
        if (last != full) {
            last.runAhead(tables);
        }
        return Stream.of(full, last)
                .map(FedSession::totals)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * What there is not enough memory for beside the sessions.
     *
     * @param needs what it is; see {@link NetSession#explained}
     */
    DataException tooMuch(OutOfMemoryError e, String needs) {
        OutOfMemoryError explained = full.session().explained(e, needs);
        return new DataException(String.valueOf(explained.getMessage()), explained);
    }

    /** The memory of the sessions, in bytes. */
    long bytes() {
        return full.session().bytes() + (last == full ? 0 : last.session().bytes());
    }

    @Override
    public void close() {
        try {
            full.close();
        } finally {
            last.close(); // a second time where they are one, which does nothing
        }
    }
}
