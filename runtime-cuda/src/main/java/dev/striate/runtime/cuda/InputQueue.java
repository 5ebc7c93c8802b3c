package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of runs that nobody waits for. While the device does one run, those of the next are copied to where they wait, on a
 * stream of their own; Java writes those of the one behind it meanwhile.
 */
final class InputQueue implements AutoCloseable {
    /**
     * An input.
     *
     * @param host what Java wrote for the next run
     * @param waiting room on the device for one run more
     * @param device where the steps read it
     * @param augmenter what brings it there in the place of a copy, if it has to be transformed
     */
    record Place(
            Supplier<MemorySegment> host,
            MemorySegment waiting,
            MemorySegment device,
            @Nullable Augmenter augmenter) {}

    private final Driver driver;
    private final List<Place> places;
    private final long copies;
    /** When what Java wrote has been copied, of either side. */
    private final long[] copied = new long[2];
    /** When nothing waits any more. */
    private final long taken;

    private int side;

    InputQueue(Driver driver, List<Place> places) {
        this.driver = driver;
        this.places = List.copyOf(places);
        this.copies = driver.stream();
        this.taken = driver.event();
        copied[0] = driver.event();
        copied[1] = driver.event();
    }

    /** Brings what Java wrote to where the steps behind read it on a stream. */
    void bring(long stream) {
        driver.waitFor(taken, copies);
        for (int i = 0; i < places.size(); i++) {
            driver.upload(places.get(i).waiting.address(), places.get(i).host.get(), copies);
        }
        driver.record(copied[side], copies);
        driver.waitFor(copied[side], stream);
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            if (place.augmenter == null) {
                driver.copy(place.device.address(), place.waiting.address(), place.device.byteSize(), stream);
            } else {
                place.augmenter.run(stream);
            }
        }
        driver.record(taken, stream);
        side = 1 - side;
    }

    /** Returns when Java may write the other side than that of the last run. */
    void turn() {
        driver.awaitEvent(copied[side]);
    }

    @Override
    public void close() {
        driver.freeEvent(taken);
        driver.freeEvent(copied[0]);
        driver.freeEvent(copied[1]);
        driver.freeStream(copies);
    }
}
