package dev.striate.core.window;

/**
 * The few operations on sizes that {@link Window} needs, so that its formulas stand in one place for symbolic sizes
 * (in the compiler) and for numbers (at bind time).
 *
 * @param <T> what a size is
 */
public interface Arithmetic<T> {
    /** {@code a + k}. */
    T plus(T a, long k);

    /** The largest integer not above {@code a / k}; {@code k > 0}. */
    T floorDiv(T a, long k);

    /** Numbers. */
    Arithmetic<Long> LONGS = new Arithmetic<>() {
        @Override
        public Long plus(Long a, long k) {
            return Math.addExact(a, k);
        }

        @Override
        public Long floorDiv(Long a, long k) {
            return Math.floorDiv(a, k);
        }
    };
}
