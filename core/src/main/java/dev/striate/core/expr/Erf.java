package dev.striate.core.expr;

/** The error function {@code 2/sqrt(pi) * integral of exp(-t^2) from 0 to x}, in float64. */
final class Erf {
    /** From here on the result is 1 in float64. */
    private static final double SATURATES = 6;

    private Erf() {}

    /**
     * Within 2e-15 of the true value, by the series {@code 2/sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (1*3*...*(2n+1))}
     * (Abramowitz and Stegun 1964, 7.1.6), whose terms all have one sign, so that nothing cancels.
     */
    static double erf(double x) {
        if (Math.abs(x) >= SATURATES) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
