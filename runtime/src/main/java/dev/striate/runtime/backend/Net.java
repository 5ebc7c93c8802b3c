package dev.striate.runtime.backend;

import java.util.Arrays;
import java.util.List;

/**
 * A net with its weights: what every generated class is. Weights may be read by any number of sessions at once; a
 * session is for one thread at a time.
 */
public interface Net {
    /** The weights that all sessions of this net share. */
    Weights weights();

    /** The names of the symbolic dimensions, the batch apart, in the order in which their sizes are given; often none. */
    default List<String> dimensions() {
        return List.of();
    }

    /**
     * A session of the forward pass up to the outputs, in inference mode.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit, or is missing because the net has symbolic dimensions
     */
    NetSession open(Backend backend, int batch);

    /**
     * A session of the forward pass up to the outputs, at chosen sizes; see {@link #open(Backend, int)}.
     *
     * @param sizes one for each of {@link #dimensions}
     * @throws IllegalArgumentException when a size does not fit; the message quotes the condition and its {@code .cnn} line
     */
    default NetSession open(Backend backend, int batch, int... sizes) {
        Binder.count(dimensions(), sizes);
        return open(backend, batch);
    }

    /**
     * A session of the forward pass in inference mode, with the losses and metrics as further outputs.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit, or is missing because the net has symbolic dimensions
     */
    NetSession evaluation(Backend backend, int batch);

    /**
     * A session with losses and metrics, at chosen sizes; see {@link #evaluation(Backend, int)}.
     *
     * @param sizes one for each of {@link #dimensions}
     * @throws IllegalArgumentException when a size does not fit; the message quotes the condition and its {@code .cnn} line
     */
    default NetSession evaluation(Backend backend, int batch, int... sizes) {
        Binder.count(dimensions(), sizes);
        return evaluation(backend, batch);
    }

    /**
     * A session of the forward and the backward pass in training mode, which leaves gradients.
     *
     * @param batch the number of samples of one run, at least 1
     * @throws IllegalArgumentException when a size does not fit, or is missing because the net has symbolic dimensions
     */
    NetSession training(Backend backend, int batch);

    /**
     * A session that trains, at chosen sizes; see {@link #training(Backend, int)}.
     *
     * @param sizes one for each of {@link #dimensions}
     * @throws IllegalArgumentException when a size does not fit; the message quotes the condition and its {@code .cnn} line
     */
    default NetSession training(Backend backend, int batch, int... sizes) {
        Binder.count(dimensions(), sizes);
        return training(backend, batch);
    }

    /**
     * This net with its symbolic dimensions fixed, for what opens nets by the batch alone, such as a trainer.
     *
     * @param sizes one for each of {@link #dimensions}
     * @throws IllegalArgumentException when there are more or less
     */
    default Net at(int... sizes) {
        Binder.count(dimensions(), sizes);
        return new NetAtSizes(this, Arrays.stream(sizes).boxed().toList());
    }
}
