package dev.striate.core.recipe;

/** How gradients change the parameters. */
public sealed interface Optimizer {
    /** The learning rate before any schedule. */
    double lr();

    /** The same optimizer with another learning rate. */
    Optimizer withLr(double rate);

    /**
     * Stochastic gradient descent: {@code g' = g + decay * w; v = momentum * v + g'; w = w - lr * v}, with Nesterov's
     * look-ahead {@code w = w - lr * (g' + momentum * v)} where asked (Sutskever et al. 2013, as PyTorch has it).
     *
     * @param lr the learning rate
     * @param momentum the share of the last step that is kept, at least 0 and below 1
     * @param nesterov whether to look ahead
     * @param decay the L2 penalty's factor
     */
    record Sgd(double lr, double momentum, boolean nesterov, double decay) implements Optimizer {
        @Override
        public Sgd withLr(double rate) {
            return new Sgd(rate, momentum, nesterov, decay);
        }

        /** With momentum. */
        public Sgd momentum(double share) {
            return new Sgd(lr, share, nesterov, decay);
        }

        /** With Nesterov's look-ahead. */
        public Sgd withNesterov() {
            return new Sgd(lr, momentum, true, decay);
        }

        /** With an L2 penalty. */
        public Sgd decay(double factor) {
            return new Sgd(lr, momentum, nesterov, factor);
        }
    }

    /** Plain stochastic gradient descent. */
    static Sgd sgd(double lr) {
        return new Sgd(lr, 0, false, 0);
    }
}
