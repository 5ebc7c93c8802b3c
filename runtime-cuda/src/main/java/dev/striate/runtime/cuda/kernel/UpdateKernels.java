package dev.striate.runtime.cuda.kernel;

/**
 * The kernels of optimizers: one pass over weights, gradients and up to two states. Their parameters are the addresses of these
 * four; a table of ranges and how many there are; how many pieces of {@link #PIECE} elements they have together; last the address of the
 * gate, behind which nothing changes once a run went wrong. A range has four numbers of 64 bits: from which weight on, from which number of
 * the state on, how many elements, and how many pieces the ranges before have; and four of float32: learning rate, factor on the weight,
 * penalty on the weight, Adam's correction.
 */
public final class UpdateKernels {
    /** How many elements a block takes at once. */
    public static final int PIECE = 4 * Call.BLOCK;

    private UpdateKernels() {}

    private static Source.Builder update(String section) {
        return Source.of(section, "update").put("PIECE", PIECE);
    }

    /** Plain descent. */
    public static Source descend() {
        return update("descend").build();
    }

    /** Descent with momentum; the first state is the velocity. */
    public static Source momentum(float momentum, boolean nesterov) {
        return update("momentum")
                .put("MOMENTUM", momentum)
                .put("NESTEROV", nesterov)
                .build();
    }

    /** Adam; the states are mean and squares. */
    public static Source adam(float beta1, float beta2, float eps) {
        return update("adam")
                .put("BETA1", beta1)
                .put("BETA2", beta2)
                .put("EPS", eps)
                .build();
    }

    /** RMSprop and Adagrad; the states are squares and, with momentum, velocity. */
    public static Source scaled(float alpha, float share, float eps, float momentum) {
        return update("scaled")
                .put("ALPHA", alpha)
                .put("SHARE", share)
                .put("EPS", eps)
                .put("MOMENTUM", momentum)
                .build();
    }

    /**
     * Divides gradients by their scale, and notes in the gate when one is not finite. Its parameters are the gradients; the ranges, each the
     * number of the first element and how many there are, in 64 bits; the gate.
     */
    public static Source unscale(int ranges) {
        return Source.of("unscale").put("RANGES", ranges).build();
    }

    /**
     * Halves the scale behind a step that it spoiled. Its parameter is the gate.
     *
     * @param patience after how many good steps in a row the scale is doubled
     * @param most what it is not doubled beyond
     */
    public static Source rescale(int patience, float most) {
        return Source.of("rescale")
                .put("PATIENCE", patience)
                .put("MOST", (double) most)
                .build();
    }

    /** Weights become what lies in the places of their gradients. */
    public static Source replace() {
        return update("replace").build();
    }

    /** Gradients are blended with the first state, which has as many; the learning rate is its share. */
    public static Source blend() {
        return update("blend").build();
    }
}
