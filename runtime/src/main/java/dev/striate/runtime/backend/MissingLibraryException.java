package dev.striate.runtime.backend;

/** A native library that a backend needs cannot be loaded on this machine. The message says why, for the user. */
public final class MissingLibraryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With the library's name and what went wrong. */
    public MissingLibraryException(String message) {
        super(message);
    }
}
