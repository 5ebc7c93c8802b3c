package dev.striate.bench;

/** A net has something that a peer cannot compute. The message is for the user. */
final class UnmappedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence that names what has no mapping. */
    UnmappedException(String sentence) {
        super(sentence);
    }
}
