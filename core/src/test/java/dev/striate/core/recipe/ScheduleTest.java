package dev.striate.core.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static void factors(Schedule schedule, double... expected) {
        for (int epoch = 0; epoch < expected.length; epoch++) {
            assertThat(schedule.factor(epoch, 10)).as("epoch %d", epoch).isCloseTo(expected[epoch], within(1e-12));
        }
    }

    @Test
    void followTheirDefinitions() {
        factors(Schedule.constant(), 1, 1, 1);
        factors(Schedule.step(2, 0.5), 1, 1, 0.5, 0.5, 0.25);
        factors(Schedule.multistep(0.1, 1, 3), 1, 0.1, 0.1, 0.01, 0.01);
        factors(Schedule.exponential(0.5), 1, 0.5, 0.25);
        factors(Schedule.inverse(1, 2), 1, 0.25, 1 / 9.0);
        factors(Schedule.cosine(0), 1, (1 + Math.cos(Math.PI / 10)) / 2, (1 + Math.cos(Math.PI / 5)) / 2);
        assertThat(Schedule.cosine(0.25).factor(10, 10)).isEqualTo(0.25);
    }

    @Test
    void warmupGoesBeforeAnother() {
        factors(Schedule.warmup(2, 0.5, Schedule.step(1, 0.1)), 0.5, 0.75, 1, 0.1, 0.01);
        assertThat(Schedule.warmup(4, 0, Schedule.cosine(0)).factor(7, 10)).isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.warmup(4, 0, Schedule.constant()).factor(0.5, 10)).isEqualTo(0.125);
    }
}
