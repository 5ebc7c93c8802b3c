package dev.striate.runtime.backend;

import dev.striate.core.kernel.Parameter;
import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a session takes of memory, for the messages that there is not so much. Of a device they name the largest pieces. */
final class MemoryUse {
    /** How many pieces a message names. */
    private static final int NAMED = 5;

    private static final int UNIT = 1024;

    private record Piece(String what, long bytes) {}

    private final Program program;
    private final Weights weights;
    private final boolean learns;
    private final boolean onDevice;
    private final List<Buffer> buffers;

    /**
     * Of a program that is being bound.
     *
     * @param learns whether it has gradients of all weights
     * @param buffers what is planned, to which more may come: after them the scratch memory of each step, in order
     */
    MemoryUse(Program program, Weights weights, boolean learns, boolean onDevice, List<Buffer> buffers) {
        this.program = program;
        this.weights = weights;
        this.learns = learns;
        this.onDevice = onDevice;
        this.buffers = buffers;
    }

    /** A session that cannot be opened. */
    IllegalArgumentException tooMuch(OutOfMemoryError e) {
        return new IllegalArgumentException(
                program.name() + " needs " + size() + ", more than there is; " + advice(e), e);
    }

    /** Not enough for something beside an open session, which {@code needs} more. */
    OutOfMemoryError explained(OutOfMemoryError e, String needs) {
        if (e.getCause() instanceof OutOfMemoryError) {
            return e; // it was said
        }
        OutOfMemoryError explained =
                new OutOfMemoryError(program.name() + " takes " + size() + ", and " + needs + " more; " + advice(e));
        explained.initCause(e);
        return explained;
    }

    /** As much as is known: libraries may want memory while they say how much scratch memory they need. */
    private String size() {
        long ofWeights = Tensor.ELEMENT * weights.spec().count();
        long bytes = program.bytes();
        String size = bytes > 0
                ? size(bytes)
                : "at least " + size(MemoryPlanner.plan(buffers).bytes() + (learns ? ofWeights : 0));
        return onDevice ? size + " beside " + size(ofWeights) + " of weights" : size;
    }

    private String advice(OutOfMemoryError e) {
        if (!onDevice) {
            return "choose a smaller batch";
        }
        String largest = pieces().stream()
                .sorted(Comparator.comparingLong((Piece p) -> -p.bytes))
                .limit(NAMED)
                .map(p -> p.what + " (" + size(p.bytes) + ")")
                .collect(Collectors.joining(", "));
        return e.getMessage() + "; choose a smaller batch"
                + (learns ? ", and let `budget memory` in the recipe refuse one that takes too much" : "")
                + "; the largest in it are " + largest;
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        for (Parameter p : weights.spec().parameters()) {
            long bytes = Tensor.bytes(p.shape());
            pieces.add(new Piece("the weights " + p.name() + " " + p.shape(), bytes));
            if (learns) {
                pieces.add(new Piece("the gradient of " + p.name() + " " + p.shape(), bytes));
            }
        }
        addValues(pieces, program.inputs.values());
        addValues(pieces, program.computing());
        List<Step> steps = program.steps();
        int values = program.values();
        for (int i = 0; i < steps.size() && values + i < buffers.size(); i++) {
            pieces.add(new Piece(
                    "the scratch memory of " + steps.get(i).where,
                    buffers.get(values + i).bytes()));
        }
        return pieces;
    }

    /** In the form in which they are computed. */
    private static void addValues(List<Piece> pieces, Collection<? extends Value> values) {
        for (Value v : values) {
            Storage storage = v.storage(v.computed());
            if (storage.place == Storage.Place.ARENA) { // else it was named among the gradients
                pieces.add(new Piece(v.where + " " + v.shape(), storage.bytes));
            }
        }
    }

    /** A number of bytes in words. */
    static String size(long bytes) {
        double size = (double) bytes / UNIT;
        String unit = "KiB";
        for (String larger : List.of("MiB", "GiB")) {
            if (size >= UNIT) {
                size /= UNIT;
                unit = larger;
            }
        }
        return String.format(Locale.ROOT, "%.1f %s", size, unit);
    }
}
