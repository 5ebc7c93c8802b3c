package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.RandomState;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;

/** What steps read that draw random numbers: {@code struct Moment} of the kernels. */
final class Moment {
    /** What it takes, in bytes. */
    static final long BYTES = 3 * Long.BYTES;

    private final Driver driver;
    private final long function;
    private final long[] args;

    /**
     * At an address of the device.
     *
     * @param function the kernel that writes it
     * @param first the number of the first sample of each run in its batch
     */
    Moment(Driver driver, long function, long address, int first) {
        this.driver = driver;
        this.function = function;
        this.args = new long[] {address, 0, 0, first};
    }

    /** Has the steps behind it read seed and training step. */
    void set(RandomState random, long stream) {
        args[1] = random.seed();
        args[2] = random.step();
        driver.launch(function, 1, Call.BLOCK, args, stream);
    }
}
