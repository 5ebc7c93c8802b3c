package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;

/** A library does not do what it was asked for in the way it was asked; in another way it may. Nothing was done, and the device goes on. */
public final class RefusedException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /**
     * Of a call.
     *
     * @param message what was refused, and the library's reason
     */
    public RefusedException(String message) {
        super(message);
    }
}
