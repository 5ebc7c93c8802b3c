package dev.striate.core.recipe;

/**
 * What a trained net must reach on the test set.
 *
 * @param metric the name of a metric or loss
 * @param comparison how it must stand to the bound
 * @param bound the number
 * @param where the place in the source, such as {@code digits.cnn:24}
 */
public record Expectation(String metric, Comparison comparison, double bound, String where) {
    /** How two numbers stand to each other. */
    public enum Comparison {
        /** {@code >=}. */
        AT_LEAST(">="),
        /** {@code >}. */
        ABOVE(">"),
        /** {@code <=}. */
        AT_MOST("<="),
        /** {@code <}. */
        BELOW("<");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        /** As it is written in a {@code .cnn} file. */
        public String sign() {
            return sign;
        }
    }

    /** Whether {@code value} is as expected; NaN never is. */
    public boolean holds(double value) {
        return switch (comparison) {
            case AT_LEAST -> value >= bound;
            case ABOVE -> value > bound;
            case AT_MOST -> value <= bound;
            case BELOW -> value < bound;
        };
    }
}
