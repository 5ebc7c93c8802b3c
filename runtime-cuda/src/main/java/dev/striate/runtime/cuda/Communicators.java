package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Collective;
import java.util.List;
import java.util.function.Supplier;

/** What connects several devices: made when the first session is opened that shares its batches, freed when the last of them is closed. */
final class Communicators {
    private final Supplier<List<Collective>> connect;
    private List<Collective> open = List.of();
    private int users;

    /**
     * None yet.
     *
     * @param connect makes one for each device
     */
    Communicators(Supplier<List<Collective>> connect) {
        this.connect = connect;
    }

    /** That of a device, for one session more. */
    synchronized Collective acquire(int device) {
        if (users == 0) {
            open = connect.get();
        }
        users++;
        return open.get(device);
    }

    /** One session less has one: nothing is left to be done there. */
    synchronized void release() {
        if (--users == 0) {
            List<Collective> all = open;
            open = List.of();
            all.forEach(Collective::close);
        }
    }
}
