package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.AugmentKernels;
import dev.striate.runtime.cuda.kernel.Call;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** What a run of blended samples does before it does its steps the first and the second time. */
final class Blending {
    private final Driver driver;
    private final Attribution attribution;
    private final Holdings holdings;
    private final List<LongConsumer> first = new ArrayList<>();
    private final List<LongConsumer> second = new ArrayList<>();

    /** Of a session. */
    Blending(Attribution attribution, Holdings holdings) {
        this.driver = attribution.driver();
        this.attribution = attribution;
        this.holdings = holdings;
    }

    /** Keeps the gradients of the first time. */
    void keep(MemorySegment gradients, MemorySegment room) {
        second.add(stream -> driver.copy(room.address(), gradients.address(), gradients.byteSize(), stream));
    }

    /**
     * Gives samples their own labels, then those of others.
     *
     * @param label what steps read
     * @param samples how many they have
     * @param whole the labels of all samples, which stay as they are for the whole run
     */
    void exchange(MemorySegment label, int samples, MemorySegment whole) {
        int count = Math.toIntExact(label.byteSize() / Integer.BYTES);
        int all = Math.toIntExact(whole.byteSize() / (label.byteSize() / samples));
        long function = holdings.function(AugmentKernels.exchange(count, count / samples, all));
        long[] args = {whole.address(), label.address()};
        first.add(stream -> driver.copy(label.address(), whole.address(), label.byteSize(), stream));
        second.add(stream -> driver.launch(function, Call.blocks(count), Call.BLOCK, args, stream));
    }

    /** Does on a stream what comes before the steps. */
    void before(boolean again, long stream) {
        List<LongConsumer> actions = again ? second : first;
        for (int i = 0; i < actions.size(); i++) {
            actions.get(i).accept(stream);
            attribution.behind("the exchange of labels and gradients of mixup", stream);
        }
    }
}
