package dev.striate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libtorch and ONNX Runtime compute from our graph what our backend does: else their times would mean nothing. */
@Tag("peers") // libtorch takes the JVM down now and then
class PeersAgreeTest {
    private static final double TOLERANCE = 1e-4;
    private static final int BATCH = 3;

    /**
     * Every operator of the nets that are measured, those of {@link #PLAIN} apart. Channels are multiples of 16: oneDNN
     * 3.7.1 crashed in the weight gradient of a 1x1 convolution of 12, with AVX-512.
     */
    private static final String WIDE = """
            net Wide {
              input image: f32[N, 3, 19, 19]
              label y: class[N, 5]
              defaults conv(round=floor)

              image -> conv(16, 5, stride=2, pad=2, bias=false) -> batch_norm -> clip(min=0, max=6)
                    -> depthwise_conv(3, pad=1) -> relu -> lrn(3, alpha=0.1, k=2)
                    -> concat(axis=C) { conv(16, 1) -> sigmoid
                                      | max_pool(3, stride=1, pad=1) -> conv(16, 3, pad=1, groups=2) }
                    -> residual(project=conv(32, 1, stride=2)) { conv(32, 3, stride=2, pad=1) -> batch_norm } -> relu
                    -> global_avg_pool -> fc(5)
                    -> output logits

              loss xent = cross_entropy(logits, y)
              assert macs() > 0 at N == 1
            }
            """;

    private static final String PLAIN = """
            net Plain {
              input image: f32[N, 1, 13, 13]
              label y: class[N, 4]

              image -> conv(6, 3, pad=same, stride=2) -> silu -> avg_pool(3, stride=2, pad=1)
                    -> conv(4, 2, pad=[0, 1, 1, 0]) -> leaky_relu(0.2) -> max_pool(2, round=ceil)
                    -> flatten -> fc(8) -> elu -> fc(4)
                    -> output logits

              loss xent = cross_entropy(logits, y, smoothing=0.1)
              objective 0.5 * xent + 0.25 * xent
              assert macs() > 0 at N == 1
            }
            """;

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", WIDE, PLAIN})
    void peersInferTheSame(String net) throws Exception {
        Subject subject = subject(net);
        Data data = Data.of(subject);
        try (Contestant ours = Ours.inference(subject, data, 1);
                Contestant torch = new TorchInference(subject, data, 1);
                Contestant ort = new OrtInference(subject, data, 1)) {
            assertSame(List.of(ours, torch, ort), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", WIDE, PLAIN})
    void libtorchHasTheSameGradients(String net) throws Exception {
        Subject subject = subject(net);
        Data data = Data.of(subject);
        for (boolean channelsLast : new boolean[] {false, true}) {
            try (TorchTraining torch = new TorchTraining(subject, data, 1, Bench.OPTIMIZER, channelsLast)) {
                float[] expected = gradients(subject, data, torch.parameters());
                assertThat(expected).hasSizeGreaterThan(100);
                assertThat(Results.distance(torch.gradients(), expected)).isLessThan(TOLERANCE);
            }
        }
    }

    /** Losses after a few steps: those depend on gradients and updates. */
    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", WIDE, PLAIN})
    void libtorchTrainsTheSame(String net) throws Exception {
        Subject subject = subject(net);
        Data data = Data.of(subject);
        Optimizer.Sgd fast = new Optimizer.Sgd(0.01, 0.9, true, 0.01);
        try (Contestant ours = Ours.training(subject, data, 1, fast);
                Contestant torch = new TorchTraining(subject, data, 1, fast, false)) {
            ours.run();
            float[] before = ours.result();
            torch.run();
            assertSame(List.of(ours, torch), 4);
            assertThat(Results.distance(ours.result(), before)).isGreaterThan(0.01);
        }
    }

    private static void assertSame(List<Contestant> contestants, int runs) {
        double[] differences = Bench.differences(contestants, runs);
        for (int i = 0; i < differences.length; i++) {
            assertThat(differences[i]).as(contestants.get(i).name()).isLessThan(TOLERANCE);
        }
    }

    @Test
    void whatAPeerCannotComputeIsNamed() throws Exception {
        Subject subject = subject(PLAIN.replace("avg_pool(", "l2_pool("));
        assertThatThrownBy(() -> new TorchInference(subject, Data.of(subject), 1))
                .isInstanceOf(UnmappedException.class)
                .hasMessageContaining("net.cnn:5")
                .hasMessageContaining("l2_pool");
    }

    private Subject subject(String net) throws IOException {
        if (!net.contains("net ")) {
            return Subject.of(net, BATCH);
        }
        Path file = folder.resolve("net.cnn");
        Files.writeString(file, net);
        return Subject.of(file.toString(), BATCH);
    }

    private static float[] gradients(Subject subject, Data data, List<String> paths) {
        Net net = subject.create();
        try (NetSession session = net.training(Backends.cpu(1), subject.batch(), subject.ordered())) {
            for (String name : session.inputNames()) {
                if (session.input(name).isLabel()) {
                    session.input(name).copyFrom(data.classes(name));
                } else {
                    session.input(name).copyFrom(data.floats(name));
                }
            }
            session.run();
            Weights weights = net.weights();
            List<float[]> all = new ArrayList<>();
            for (String path : paths) {
                MemorySegment gradient = session.gradients()
                        .asSlice(
                                Float.BYTES * weights.offset(path),
                                weights.of(path).byteSize());
                all.add(gradient.toArray(ValueLayout.JAVA_FLOAT));
            }
            return Results.join(all);
        }
    }
}
