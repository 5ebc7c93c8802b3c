package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Driver;

/**
 * The debug mode. A failure of a kernel is told by some later call, so this one waits behind each, and says what failed.
 *
 * @param debug whether it waits at all
 */
record Attribution(Driver driver, boolean debug) {
    /**
     * Waits for what a stream was given last.
     *
     * @param what that is, in words for the user
     * @throws DeviceException when it failed
     */
    void behind(String what, long stream) {
        if (!debug) {
            return;
        }
        try {
            driver.await(stream);
        } catch (DeviceException e) {
            throw new DeviceException(what, e);
        }
    }
}
