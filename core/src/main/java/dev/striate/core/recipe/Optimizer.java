package dev.striate.core.recipe;

/**
 * How gradients change the parameters; {@code w} is a parameter, {@code g} its gradient. The defaults and the formulas
 * are those of PyTorch 2 ({@code torch.optim}).
 */
public sealed interface Optimizer {
    /** The learning rate before any schedule. */
    double lr();

    /** The factor of the decay, 0 for none. */
    double decay();

    /** The same optimizer with another learning rate. */
    Optimizer withLr(double rate);

    /** The same optimizer with another decay. */
    Optimizer decay(double factor);

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

        @Override
        public Sgd decay(double factor) {
            return new Sgd(lr, momentum, nesterov, factor);
        }
    }

    /**
     * RMSprop (Tieleman and Hinton 2012): {@code g' = g + decay * w; s = alpha * s + (1 - alpha) * g'^2; v = momentum *
     * v + g' / (sqrt(s) + eps); w = w - lr * v}.
     *
     * @param lr the learning rate
     * @param alpha the share of the running mean of squares that is kept
     * @param eps keeps the quotient finite
     * @param momentum the share of the last step that is kept, at least 0 and below 1
     * @param decay the L2 penalty's factor
     */
    record RmsProp(double lr, double alpha, double eps, double momentum, double decay) implements Optimizer {
        @Override
        public RmsProp withLr(double rate) {
            return new RmsProp(rate, alpha, eps, momentum, decay);
        }

        @Override
        public RmsProp decay(double factor) {
            return new RmsProp(lr, alpha, eps, momentum, factor);
        }

        /** With momentum. */
        public RmsProp momentum(double share) {
            return new RmsProp(lr, alpha, eps, share, decay);
        }
    }

    /**
     * Adagrad (Duchi, Hazan, Singer 2011): {@code g' = g + decay * w; s = s + g'^2; w = w - lr * g' / (sqrt(s) + eps)}.
     *
     * @param lr the learning rate
     * @param eps keeps the quotient finite
     * @param decay the L2 penalty's factor
     */
    record Adagrad(double lr, double eps, double decay) implements Optimizer {
        @Override
        public Adagrad withLr(double rate) {
            return new Adagrad(rate, eps, decay);
        }

        @Override
        public Adagrad decay(double factor) {
            return new Adagrad(lr, eps, factor);
        }
    }

    /**
     * Adam (Kingma and Ba 2014): {@code m = beta1 * m + (1 - beta1) * g; s = beta2 * s + (1 - beta2) * g^2; w = w - lr *
     * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps)} in step t, from 1. The decay is either an L2 penalty, {@code
     * g + decay * w} in place of g, or decoupled (AdamW; Loshchilov and Hutter 2017): {@code w = w - lr * decay * w}
     * before.
     *
     * @param lr the learning rate
     * @param beta1 the share of the running mean that is kept
     * @param beta2 the share of the running mean of squares that is kept
     * @param eps keeps the quotient finite
     * @param decay the factor of the decay
     * @param decoupled whether the decay is decoupled
     */
    record Adam(double lr, double beta1, double beta2, double eps, double decay, boolean decoupled)
            implements Optimizer {
        @Override
        public Adam withLr(double rate) {
            return new Adam(rate, beta1, beta2, eps, decay, decoupled);
        }

        @Override
        public Adam decay(double factor) {
            return new Adam(lr, beta1, beta2, eps, factor, decoupled);
        }
    }

    /** Plain stochastic gradient descent. */
    static Sgd sgd(double lr) {
        return new Sgd(lr, 0, false, 0);
    }

    /** RMSprop without momentum and decay. */
    static RmsProp rmsprop(double lr, double alpha, double eps) {
        return new RmsProp(lr, alpha, eps, 0, 0);
    }

    /** Adagrad without decay. */
    static Adagrad adagrad(double lr, double eps) {
        return new Adagrad(lr, eps, 0);
    }

    /** Adam without decay; a decay is an L2 penalty. */
    static Adam adam(double lr, double beta1, double beta2, double eps) {
        return new Adam(lr, beta1, beta2, eps, 0, false);
    }

    /** Adam without decay; a decay is decoupled. */
    static Adam adamw(double lr, double beta1, double beta2, double eps) {
        return new Adam(lr, beta1, beta2, eps, 0, true);
    }
}
