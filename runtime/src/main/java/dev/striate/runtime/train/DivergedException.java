package dev.striate.runtime.train;

/** A loss or metric became NaN or infinite. The message is one sentence for the user, with advice. */
public final class DivergedException extends Exception {
    private static final long serialVersionUID = 1L;

    DivergedException(String sentence) {
        super(sentence);
    }
}
