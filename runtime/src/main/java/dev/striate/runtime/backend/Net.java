package dev.striate.runtime.backend;

/**
 * A net with its weights: what every generated class is. Weights may be read by any number of sessions at once; a
 * session is for one thread at a time.
 */
public interface Net {
    /** The weights that all sessions of this net share. */
    Weights weights();

    /**
     * A session of the forward pass up to the outputs, in inference mode.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit
     */
    NetSession open(Backend backend, int batch);

    /**
     * A session of the forward pass in inference mode, with the losses and metrics as further outputs.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit
     */
    NetSession evaluation(Backend backend, int batch);

    /**
     * A session of the forward and the backward pass in training mode, which leaves gradients.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit
     */
    NetSession training(Backend backend, int batch);
}
