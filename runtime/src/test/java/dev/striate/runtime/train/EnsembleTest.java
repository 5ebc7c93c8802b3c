package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Ensemble;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsembleTest {
    private static final List<DigitsNet> MEMBERS = List.of(DigitsNet.init(1), DigitsNet.init(2), DigitsNet.init(3));
    private static final int BATCH = 40;

    private final Backend cpu = Backends.cpu(1);

    /** The probabilities of one batch, [BATCH * 10]. */
    private double[] probabilities(Net net, MemorySegment image) {
        try (NetSession session = net.open(cpu, BATCH)) {
            session.input("image").segment().copyFrom(image);
            session.run();
            float[] logits = session.output("logits").toArray();
            double[] probabilities = new double[logits.length];
            for (int i = 0; i < BATCH; i++) {
                double sum = 0;
                for (int k = 0; k < 10; k++) {
                    sum += Math.exp(logits[i * 10 + k]);
                }
                for (int k = 0; k < 10; k++) {
                    probabilities[i * 10 + k] = Math.exp(logits[i * 10 + k]) / sum;
                }
            }
            return probabilities;
        }
    }

    @Test
    void predictsTheMeanOfTheProbabilitiesAndIsMeasuredByIt() throws Exception {
        DataSet test =
                DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto()).test();
        MemorySegment image = Arena.ofAuto().allocate(BATCH * 64L * Float.BYTES);
        MemorySegment digit = Arena.ofAuto().allocate(BATCH * (long) Integer.BYTES);
        Batches.sequential(test, BATCH).fill(0, 0, new MemorySegment[] {image, digit});
        double[] mean = new double[BATCH * 10];
        for (DigitsNet member : MEMBERS) {
            double[] own = probabilities(member, image);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += own[i] / MEMBERS.size();
            }
        }
        assertThat(probabilities(new Ensemble(MEMBERS), image)).containsExactly(mean, within(1e-6));

        double loss = 0;
        double right = 0;
        for (int i = 0; i < BATCH; i++) {
            int label = digit.getAtIndex(ValueLayout.JAVA_INT, i);
            loss -= Math.log(mean[i * 10 + label]) / BATCH;
            int best = 0;
            for (int k = 1; k < 10; k++) {
                best = mean[i * 10 + k] > mean[i * 10 + best] ? k : best;
            }
            right += best == label ? 1.0 / BATCH : 0;
        }
        try (NetSession session = new Ensemble(MEMBERS).evaluation(cpu, BATCH)) {
            session.input("image").segment().copyFrom(image);
            session.input("digit").segment().copyFrom(digit);
            session.run();
            session.run(); // a second time nothing is left of the first
            assertThat((double) session.output("xent").value()).isCloseTo(loss, within(1e-5));
            assertThat((double) session.output("acc").value()).isCloseTo(right, within(1e-6));
        }
    }

    @Test
    void oneMemberIsItself() throws Exception {
        DataSet test =
                DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto()).test();
        Map<String, Double> alone = Evaluation.of(MEMBERS.getFirst(), test, Map.of(), 100, cpu);
        Map<String, Double> ensemble = Evaluation.of(new Ensemble(MEMBERS.subList(0, 1)), test, Map.of(), 100, cpu);
        assertThat(ensemble.get("acc")).isEqualTo(alone.get("acc"));
        assertThat(ensemble.get("xent")).isCloseTo(alone.get("xent"), within(1e-6));
    }

    @Test
    void isNotTrained() {
        assertThatThrownBy(() -> new Ensemble(MEMBERS).training(cpu, 1))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> new Ensemble(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
