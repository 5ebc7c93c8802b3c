package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A generated class opens at every legal size, and says of others which line of the source refuses them. */
class SymbolicSizesTest {
    private static final String TEXT = """
            net Dense {
              input image: f32[N, 1, H, W]
                where H % 8 == 0, W <= 64
              input other: f32[N, 1, H, W]
              label scores: f32[N, 2, H / 4, W / 2]
              image -> max_pool(4x2)
                    -> conv(2, 3x5, pad=1x2) -> output y
              other -> conv(1, 1x20) -> output z
              loss l = quadratic(y, scores)
            }
            """;
    private static final Backend BACKEND = Backends.byName("reference");

    @TempDir
    Path folder = Path.of("");

    private Net net() throws Exception {
        GeneratedNet generated = GeneratedNet.of(TEXT, folder);
        return generated.with(Weights.init(generated.spec(), 1));
    }

    private static void refused(Net net, String message, int... sizes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(BACKEND, 2, sizes))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.training(BACKEND, 2, sizes))
                .withMessage(message);
    }

    @Test
    void anIllegalSizeQuotesItsLine() throws Exception {
        Net net = net();
        assertThat(net.dimensions()).containsExactly("H", "W");
        refused(net, "test.cnn:3: H % 8 == 0 does not hold for H = 30", 30, 40);
        refused(net, "test.cnn:3: W <= 64 does not hold for W = 66", 8, 66);
        refused(net, "test.cnn:5: W % 2 == 0 does not hold for W = 23", 8, 23);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(BACKEND, 2, 8, 10))
                .withMessage("test.cnn:8: conv2: a 1x20 window does not fit on [2, 1, 8, 10]");
        refused(net, "test.cnn: H must be at least 1, not 0", 0, 40);
        refused(net, "this net needs a size for H and W, but 1 is given", 8);
        refused(net, "this net needs a size for H and W, but 0 are given");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(BACKEND, 2))
                .withMessage("this net needs a size for H and W, but 0 are given");
    }

    @Test
    void shapesFollowTheSizes() throws Exception {
        Net net = net();
        for (int h = 8; h <= 24; h += 8) {
            try (NetSession session = net.at(h, 30).open(BACKEND, 2);
                    NetSession training = net.at(h, 30).training(BACKEND, 3)) {
                session.run();
                training.run();
                assertThat(session.output("y").shape().toList()).containsExactly(2, 2, h / 4, 15);
                assertThat(training.input("scores").shape().toList()).containsExactly(3, 2, h / 4, 15);
            }
        }
    }

    @Test
    void sizesBeyondAnIntQuoteTheirLine() throws Exception {
        GeneratedNet generated = GeneratedNet.of("""
                net Tall {
                  input image: f32[N, 1, H, W]
                  image -> conv_transpose(1, 4101x1, stride=4096x1)
                        -> output y
                }
                """, folder);
        Net net = generated.with(Weights.init(generated.spec(), 1));
        // In 32 bits the height of the result would be 5.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(BACKEND, 1, 1 << 20, 1))
                .withMessage("test.cnn:3: conv_transpose1: the sizes are too large");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.open(BACKEND, 1, 1 << 16, 1 << 16))
                .withMessage(
                        "test.cnn:2: image: a tensor of shape [1, 1, 65536, 65536] has more than 2^31 - 1 elements");
    }

    @Test
    void aNetWithoutSymbolsTakesNoSizes() throws Exception {
        String text = "net Fixed { input x: f32[N, 4] x -> fc(2) -> output y }";
        GeneratedNet generated = GeneratedNet.of(text, folder);
        Net net = generated.with(Weights.init(generated.spec(), 1));
        assertThat(net.dimensions()).isEmpty();
        net.open(BACKEND, 1, new int[0]).close();
        refused(net, "all sizes of this net are fixed, the batch apart", 8);
        assertThatIllegalArgumentException().isThrownBy(() -> net.at(8));
    }
}
