package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.DeviceSession.Copied;
import dev.striate.runtime.cuda.driver.Driver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The memory of a session that Java writes before runs, or reads behind them, on either side. */
final class Mirrors {
    /** An input whose pictures are transformed has room of its own for what is copied. */
    private record Mirror(
            Supplier<MemorySegment> host,
            MemorySegment copied,
            MemorySegment device,
            Copied when,
            @Nullable Augmenter augmenter) {}

    private final Driver driver;
    private final List<Mirror> all = new ArrayList<>();
    private final List<MemorySegment> pinned = new ArrayList<>();

    Mirrors(Driver driver) {
        this.driver = driver;
    }

    /** Keeps memory where it is, for faster copies. */
    void pin(MemorySegment host) {
        if (host.byteSize() > 0) {
            driver.pin(host);
            pinned.add(host);
        }
    }

    /** Lets go of what was pinned. */
    void unpin() {
        pinned.forEach(driver::unpin);
    }

    /** Keeps two pieces equal. */
    void add(Supplier<MemorySegment> host, MemorySegment device, Copied when) {
        all.add(new Mirror(host, device, device, when, null));
    }

    /** Has pictures transformed between {@code raw}, to where they are copied from now on, and an input. */
    void augment(MemorySegment input, MemorySegment raw, Augmenter augmenter) {
        all.replaceAll(m -> m.device.equals(input) ? new Mirror(m.host, raw, input, m.when, augmenter) : m);
    }

    /** Has an input copied to another place. */
    void move(MemorySegment input, MemorySegment to) {
        all.replaceAll(m -> m.device.equals(input) ? new Mirror(m.host, to, to, m.when, null) : m);
    }

    /** The inputs and the numbers of runs as a queue, which takes what room gives in bytes. */
    InputQueue queue(RunNumbers numbers, LongFunction<MemorySegment> room) {
        List<InputQueue.Place> places = new ArrayList<>();
        places.add(place(numbers::host, numbers.device(), room));
        for (Mirror m : all) {
            if (m.augmenter != null) {
                places.add(new InputQueue.Place(m.host, m.copied, m.device, m.augmenter));
            } else if (m.when == Copied.BEFORE_EACH_RUN) {
                places.add(place(m.host, m.device, room));
            }
        }
        return new InputQueue(driver, places);
    }

    private static InputQueue.Place place(
            Supplier<MemorySegment> host, MemorySegment device, LongFunction<MemorySegment> room) {
        return new InputQueue.Place(host, room.apply(device.byteSize()), device, null);
    }

    /** Copies what Java wrote. */
    void upload(long stream) {
        for (int i = 0; i < all.size(); i++) {
            Mirror m = all.get(i);
            if (m.when == Copied.BEFORE_EACH_RUN) {
                driver.upload(m.copied.address(), m.host.get(), stream);
                if (m.augmenter != null) {
                    m.augmenter.run(stream);
                }
            }
        }
    }

    /** Copies what Java will read. */
    void download(long stream) {
        for (int i = 0; i < all.size(); i++) {
            Mirror m = all.get(i);
            if (m.when == Copied.AFTER_EACH_RUN) {
                driver.download(m.host.get(), m.device.address(), stream);
            }
        }
    }
}
