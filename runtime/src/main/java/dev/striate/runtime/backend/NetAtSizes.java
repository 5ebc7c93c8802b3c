package dev.striate.runtime.backend;

import java.util.List;

/**
 * A net whose symbolic dimensions have one size each.
 *
 * @param net the net
 * @param sizes one for each of its dimensions
 */
record NetAtSizes(Net net, List<Integer> sizes) implements Net {
    private int[] array() {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Weights weights() {
        return net.weights();
    }

    @Override
    public NetSession open(Backend backend, int batch) {
        return net.open(backend, batch, array());
    }

    @Override
    public NetSession evaluation(Backend backend, int batch) {
        return net.evaluation(backend, batch, array());
    }

    @Override
    public NetSession training(Backend backend, int batch) {
        return net.training(backend, batch, array());
    }
}
