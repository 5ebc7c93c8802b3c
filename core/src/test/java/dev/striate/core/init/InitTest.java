package dev.striate.core.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.striate.core.Sizes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Mean, variance and range of the first values of a weight {@code [32, 64, 5, 3]}. */
class InitTest {
    private static final Sizes SHAPE = Sizes.of(32, 64, 5, 3);
    private static final double IN = 64 * 15;
    private static final double OUT = 32 * 15;

    static Stream<Arguments> initializers() {
        return Stream.of(
                arguments(Init.zeros(), 0, 0, 0),
                arguments(Init.ones(), 1, 0, 1),
                arguments(Init.constant(0.25), 0.25, 0, 0.25),
                arguments(Init.uniform(-1, 3), 1, 16 / 12.0, 3),
                arguments(Init.normal(0.5, 0.02), 0.5, 0.0004, Double.POSITIVE_INFINITY),
                arguments(Init.xavierUniform(), 0, 2 / (IN + OUT), Math.sqrt(6 / (IN + OUT))),
                arguments(Init.xavierNormal(), 0, 2 / (IN + OUT), Double.POSITIVE_INFINITY),
                arguments(Init.heUniform(), 0, 2 / IN, Math.sqrt(6 / IN)),
                arguments(Init.heNormal(), 0, 2 / IN, Double.POSITIVE_INFINITY),
                arguments(Init.lecunNormal(), 0, 1 / IN, Double.POSITIVE_INFINITY));
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void hasItsMomentsAndItsRange(Init init, double mean, double variance, double most) {
        int n = SHAPE.elements();
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < n; i++) {
            double value = init.value(SHAPE, 3, 4, i);
            sum += value;
            squares += (value - mean) * (value - mean);
            largest = Math.max(largest, Math.abs(value));
        }
        // Five standard deviations; a normal's variance has the larger one of the two families.
        assertThat(Math.abs(sum / n - mean)).isLessThanOrEqualTo(5 * Math.sqrt(variance / n));
        assertThat(Math.abs(squares / n - variance)).isLessThanOrEqualTo(5 * variance * Math.sqrt(2.0 / n));
        assertThat(largest).isLessThanOrEqualTo(Math.nextUp((float) most));
    }

    @ParameterizedTest
    @CsvSource({"5, 12", "12, 5", "7, 7", "1, 9", "9, 1"})
    void anOrthogonalMatrixHasRowsOrColumnsAtRightAngles(int rows, int columns) {
        Init.Values values = Init.orthogonal().values(Sizes.of(rows, columns, 1, 1), 3, 4);
        boolean wide = rows <= columns;
        int count = Math.min(rows, columns);
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                double dot = 0;
                for (int i = 0; i < Math.max(rows, columns); i++) {
                    int atA = wide ? a * columns + i : i * columns + a;
                    int atB = wide ? b * columns + i : i * columns + b;
                    dot += values.at(atA) * values.at(atB);
                }
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-6));
            }
        }
        assertThat(values.at(0)).isEqualTo(Init.orthogonal().value(Sizes.of(rows, columns, 1, 1), 3, 4, 0));
        assertThat(values.at(0)).isNotEqualTo(Init.orthogonal().value(Sizes.of(rows, columns, 1, 1), 3, 5, 0));
    }

    @Test
    void valuesArePureFunctionsOfSeedStreamAndIndex() {
        Init init = Init.heNormal();
        assertThat(init.value(SHAPE, 1, 2, 3)).isEqualTo(init.value(SHAPE, 1, 2, 3));
        assertThat(Stream.of(
                        init.value(SHAPE, 1, 2, 3),
                        init.value(SHAPE, 9, 2, 3),
                        init.value(SHAPE, 1, 9, 3),
                        init.value(SHAPE, 1, 2, 9)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aFullyConnectedWeightCountsItsColumnsAsFanIn() {
        double most = 0;
        for (int i = 0; i < 10_000; i++) {
            most = Math.max(most, Math.abs(Init.heUniform().value(Sizes.of(10, 1000), 1, 1, i)));
        }
        assertThat(most).isBetween(0.99 * Math.sqrt(6.0 / 1000), Math.sqrt(6.0 / 1000));
    }

    @Test
    void identityGivesWhatItTakes() {
        assertThat(values(Init.identity(), Sizes.of(2, 3))).containsExactly(1, 0, 0, 0, 1, 0);
        assertThat(values(Init.identity(), Sizes.of(1, 1, 3, 3))).containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0);
        assertThat(values(Init.identity(), Sizes.of(2, 2, 1, 1))).containsExactly(1, 0, 0, 1);
        assertThat(values(Init.identity(), Sizes.of(2, 1, 1, 1))).containsExactly(1, 1);
    }

    @Test
    void bilinearInterpolates() {
        assertThat(values(Init.bilinear(), Sizes.of(1, 1, 1, 4))).containsExactly(0.25f, 0.75f, 0.75f, 0.25f);
        assertThat(values(Init.bilinear(), Sizes.of(1, 1, 3, 1))).containsExactly(0.5f, 1, 0.5f);
        assertThat(values(Init.bilinear(), Sizes.of(2, 2, 1, 1))).containsExactly(1, 0, 0, 1);
    }

    private static float[] values(Init init, Sizes shape) {
        float[] values = new float[shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = init.value(shape, 3, 4, i);
        }
        return values;
    }
}
