package dev.striate.cli;

/** Ends a command with a message for the user and an exit status. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The input is wrong. */
    static final int INPUT = 1;
    /** The command was used wrongly. */
    static final int USAGE = 2;
    /** The machine lacks something. */
    static final int MACHINE = 3;
    /** A bug of Striate. */
    static final int BUG = 70;

    private final int status;

    private Failure(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    static Failure input(String sentence) {
        return new Failure(INPUT, sentence);
    }

    static Failure usage(String sentence) {
        return new Failure(USAGE, sentence);
    }

    /** The sentence says how to get what is lacking. */
    static Failure machine(String sentence) {
        return new Failure(MACHINE, sentence);
    }

    /**
     * A net that cannot be opened at some size: it has too many elements for a tensor, or takes too much memory.
     *
     * @param what cannot be done, in words for the user
     */
    static Failure tooLarge(String what, IllegalArgumentException e) {
        return new Failure(isOfMemory(e) ? MACHINE : INPUT, what + ": " + e.getMessage());
    }

    /** Whether something went wrong because the machine or its device has too little memory. */
    static boolean isOfMemory(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    int status() {
        return status;
    }

    /** What to tell the user; empty when all has been said. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
