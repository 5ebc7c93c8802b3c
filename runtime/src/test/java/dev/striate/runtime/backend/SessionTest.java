package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole nets: inference, evaluation and training, on each backend. */
class SessionTest {
    private static final int BATCH = 40; // enough for the weight gradients to fall into parts
    private final LeNet5 net = LeNet5.init(42);

    @Test
    void countsTheParametersOfTheBook() {
        assertThat(LeNet5.SPEC.count()).isEqualTo(61_706);
        assertThat(LeNet5.SPEC.parameters().getFirst().name()).isEqualTo("conv1.weight");
        assertThat(LeNet5.SPEC.hash()).hasSize(64);
    }

    @Test
    void cpuTrainsAsTheReferenceDoes() {
        float[] expected = step(net.training(Backends.reference(), BATCH));
        float[] actual = step(net.training(Backends.cpu(), BATCH));
        // Every parameter has a gradient, and in each the error is small against its largest element.
        for (var p : LeNet5.SPEC.parameters()) {
            int from = (int) net.weights().offset(p.name());
            int to = from + p.shape().elements();
            float largest = 0;
            for (int i = from; i < to; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            assertThat(largest).as(p.name()).isPositive();
            for (int i = from; i < to; i++) {
                assertThat(Math.abs(actual[i] - expected[i])).as(p.name()).isLessThanOrEqualTo(1e-5f * largest);
            }
        }
        int rest = (int) LeNet5.SPEC.count();
        for (int i = rest; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        float[] one = step(net.training(Backends.cpu(1), BATCH));
        assertThat(step(net.training(Backends.cpu(2), BATCH))).isEqualTo(one);
        assertThat(step(net.training(Backends.cpu(5), BATCH))).isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void sharingMemoryChangesNoBit(String backend) {
        Binder apart = Backends.byName(backend).binder(net.weights()).withoutReuse();
        try (LeNet5.Training session = net.training(Backends.byName(backend), BATCH);
                LeNet5.Training unshared = net.training(apart, BATCH)) {
            assertThat(session.bytes()).isLessThan(unshared.bytes() * 3 / 4);
            assertThat(step(session)).isEqualTo(step(unshared));
        }
    }

    @Test
    void runningTwiceGivesTheSame() {
        try (LeNet5.Training session = net.training(Backends.cpu(), BATCH)) {
            float[] first = results(session);
            assertThat(results(session)).isEqualTo(first);
            session.at(1, 2);
            session.run();
            assertThat(read(session)).as("another step drops others").isNotEqualTo(first);
        }
    }

    @Test
    void evaluationIsInferenceWithTheLoss() {
        try (LeNet5.Session plain = net.open(Backends.cpu(), BATCH);
                LeNet5.Training evaluation = net.evaluation(Backends.cpu(), BATCH)) {
            fill(evaluation);
            evaluation.run();
            plain.input("image").copyFrom(images());
            plain.run();
            assertThat(evaluation.output("logits").toArray())
                    .isEqualTo(plain.output("logits").toArray());
            assertThat(evaluation.output("xent").value()).isPositive();
            assertThat(evaluation.output("acc").value()).isBetween(0f, 1f);
            assertThatIllegalStateException()
                    .isThrownBy(evaluation::gradients)
                    .withMessage("the session of lenet5.cnn records no gradients");
        }
    }

    @Test
    void sessionsReadTheWeightsWhereTheyAre() {
        Weights weights = Weights.init(LeNet5.SPEC, 3);
        try (LeNet5.Session session = new LeNet5(weights).open(Backends.cpu(), 1)) {
            session.input("image").copyFrom(new float[784]);
            session.run();
            float[] before = session.output("logits").toArray();
            MemorySegment bias = weights.of("fc3.bias");
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, 4, bias.getAtIndex(ValueLayout.JAVA_FLOAT, 4) + 1);
            session.run();
            before[4] += 1;
            assertThat(session.output("logits").toArray()).isEqualTo(before);
        }
    }

    @Test
    void namesWhatThereIs() {
        try (LeNet5.Training session = net.training(Backends.reference(), 1)) {
            assertThat(session.inputNames()).isEqualTo(List.of("image", "digit"));
            assertThat(session.outputNames()).isEqualTo(List.of("logits", "xent", "acc"));
            assertThat(session.input("digit").isLabel()).isTrue();
            assertThat(session.input("digit").classes()).isEqualTo(10);
            assertThat(session.output("logits").shape().toList()).isEqualTo(List.of(1, 10));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.input("images"))
                    .withMessage("there is no input images; there are image, digit");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.output("logit"))
                    .withMessage("there is no output logit; there are logits, xent, acc");
            assertThatIllegalStateException()
                    .isThrownBy(() -> session.output("logits").value())
                    .withMessageContaining("of shape [1, 10] is not one number");
        }
    }

    @Test
    void inputsAreChecked() {
        try (LeNet5.Training session = net.training(Backends.reference(), 2)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.input("image").copyFrom(new float[784]))
                    .withMessage("lenet5.cnn:5: image takes 1568 elements of shape [2, 1, 28, 28], not 784");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.input("image").copyFrom(new int[1568]))
                    .withMessage("lenet5.cnn:5: image takes numbers (float)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.input("digit").copyFrom(new float[2]))
                    .withMessage("lenet5.cnn:6: digit is a label and takes class indices (int)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.input("digit").copyFrom(MemorySegment.ofArray(new int[3])))
                    .withMessage("lenet5.cnn:6: digit takes 8 bytes of shape [2], not 12");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.output("xent").copyTo(MemorySegment.ofArray(new int[3])))
                    .withMessageContaining("output xent has 4 bytes of shape [], not 12");
        }
    }

    @Test
    void aWrongLabelStopsTheRunAndNothingElse() {
        try (LeNet5.Training session = net.training(Backends.cpu(), BATCH)) {
            fill(session);
            int[] labels = new int[BATCH];
            labels[7] = 10;
            session.input("digit").copyFrom(labels);
            assertThatIllegalArgumentException()
                    .isThrownBy(session::run)
                    .withMessage(
                            "lenet5.cnn:13: xent: the label of sample 7 is 10, but the 10 classes are numbered from"
                                    + " 0 to 9");
            labels[7] = 9;
            session.input("digit").copyFrom(labels);
            session.run();
            assertThat(session.output("xent").value()).isPositive();
        }
    }

    /** The gradients and then the outputs of one training step; closes the session. */
    private static float[] step(LeNet5.Training session) {
        try (session) {
            return results(session);
        }
    }

    private static float[] results(LeNet5.Training session) {
        fill(session);
        session.at(1, 1);
        session.run();
        return read(session);
    }

    private static float[] read(LeNet5.Training session) {
        MemorySegment gradients = session.gradients();
        assertThat(gradients.address() % 64).isZero();
        float[] g = gradients.toArray(ValueLayout.JAVA_FLOAT);
        float[] logits = session.output("logits").toArray();
        float[] all = Arrays.copyOf(g, g.length + logits.length + 2);
        System.arraycopy(logits, 0, all, g.length, logits.length);
        all[all.length - 2] = session.output("xent").value();
        all[all.length - 1] = session.output("acc").value();
        return all;
    }

    private static void fill(LeNet5.Training session) {
        session.input("image").copyFrom(images());
        session.input("digit")
                .copyFrom(new SplittableRandom(2).ints(BATCH, 0, 10).toArray());
    }

    private static float[] images() {
        SplittableRandom random = new SplittableRandom(1);
        float[] pixels = new float[BATCH * 784];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        return pixels;
    }
}
