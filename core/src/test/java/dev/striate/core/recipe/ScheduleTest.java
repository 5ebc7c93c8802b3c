package dev.striate.core.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final int BATCHES = 4;
    private static final long STEPS = 10 * BATCHES;

    private static void factors(Schedule schedule, double... expected) {
        for (int epoch = 0; epoch < expected.length; epoch++) {
            assertThat(schedule.factor((long) epoch * BATCHES, STEPS, BATCHES))
                    .as("epoch %d", epoch)
                    .isCloseTo(expected[epoch], within(1e-12));
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
        assertThat(Schedule.cosine(0.25).factor(STEPS, STEPS, BATCHES)).isEqualTo(0.25);
        assertThat(Schedule.inverse(1, 1).factor(2, STEPS, BATCHES)).isEqualTo(1 / 1.5);
    }

    @Test
    void warmupGoesBeforeAnother() {
        factors(Schedule.warmup(2, 0.5, Schedule.step(1, 0.1)), 0.5, 0.75, 1, 0.1, 0.01);
        assertThat(Schedule.warmup(4, 0, Schedule.cosine(0)).factor(7 * BATCHES, STEPS, BATCHES))
                .isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.warmup(4, 0, Schedule.constant()).factor(2, STEPS, BATCHES))
                .isEqualTo(0.125);
    }

    @Test
    void stepsAreCountedExactly() {
        Schedule every = Schedule.step(Length.steps(6), 0.5);
        Schedule at = Schedule.multistep(0.5, Length.steps(5), Length.epochs(2));
        Schedule warm = Schedule.warmup(Length.steps(5), 0, Schedule.step(Length.steps(1), 0.5));
        double[] byEvery = {1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25};
        double[] byAt = {1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25};
        double[] byWarm = {0, 0.2, 0.4, 0.6, 0.8, 1, 0.5, 0.25};
        for (int step = 0; step < byEvery.length; step++) {
            assertThat(every.factor(step, STEPS, BATCHES)).as("step %d", step).isEqualTo(byEvery[step]);
            assertThat(at.factor(step, STEPS, BATCHES)).as("step %d", step).isEqualTo(byAt[step]);
        }
        for (int step = 0; step < byWarm.length; step++) {
            assertThat(warm.factor(step, STEPS, BATCHES)).as("step %d", step).isCloseTo(byWarm[step], within(1e-12));
        }
    }

    @Test
    void aLengthIsSomeStepsAtLeastOne() {
        assertThat(Length.epochs(3).inSteps(7)).isEqualTo(21);
        assertThat(Length.epochs(0.5).inSteps(7)).isEqualTo(4);
        assertThat(Length.epochs(0.01).inSteps(7)).isEqualTo(1);
        assertThat(Length.steps(200).inSteps(7)).isEqualTo(200);
    }
}
