package dev.striate.runtime.cuda.driver;

/** This machine seems to have no GPU, so nobody expects one to be used. The message says what is missing. */
public final class NoGpuException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NoGpuException(String message) {
        super(message);
    }
}
