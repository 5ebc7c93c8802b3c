package striate.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Weights;
import org.junit.jupiter.api.Test;

/** The generated class, as a program that depends on this jar sees it. */
class LeNet5Test {
    @Test
    void scoresAPicture() {
        assertThat(LeNet5.SPEC.count()).isEqualTo(61_706);
        LeNet5 net = new LeNet5(Weights.init(LeNet5.SPEC, 1));
        try (var session = net.open(Backends.reference(), 1)) {
            float[] pixels = new float[28 * 28];
            pixels[14 * 28 + 14] = 1;
            session.image().copyFrom(pixels);
            session.run();
            assertThat(session.logits().toArray())
                    .hasSize(10)
                    .doesNotContain(Float.NaN)
                    .doesNotContain(0);
        }
    }

    @Test
    void itsSourceIsInTheJarForFilesThatImportIt() {
        assertThat(LeNet5.class.getResource("/striate/models/lenet5.cnn")).isNotNull();
    }
}
