package dev.striate.runtime.backend;

/** A device failed, or was lost: what lies in its memory is gone. The message is for the user. */
public class DeviceException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Of a call that failed.
     *
     * @param message what failed, and the driver's reason
     */
    public DeviceException(String message) {
        super(message);
    }

    /**
     * Of a step.
     *
     * @param where the step in words
     */
    public DeviceException(String where, DeviceException cause) {
        super(where + ": " + cause.getMessage(), cause);
    }
}
