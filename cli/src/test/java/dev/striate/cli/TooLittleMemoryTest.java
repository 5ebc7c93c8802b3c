package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Fc;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.DataException;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that takes more memory than there is ends every command with one sentence and status 3. */
class TooLittleMemoryTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    Path folder = Path.of("");

    private final StringWriter err = new StringWriter();
    private final Console console = Console.plain(new PrintWriter(new StringWriter()), new PrintWriter(err, true));

    /** A backend without memory for fully connected layers. */
    private record Full(Backend backend) implements Backend {
        @Override
        public String name() {
            return "full";
        }

        @Override
        public String description() {
            return backend.description();
        }

        @Override
        public KernelTable kernels() {
            return backend.kernels().add(Fc.class, new FullFc());
        }
    }

    private record FullFc() implements KernelFactory<Fc> {
        @Override
        public Runnable bind(Fc kernel, Operands operands) {
            throw new OutOfMemoryError("the GPU has 0.0 GiB free of 0.1");
        }

        @Override
        public long workspace(Fc kernel, List<Sizes> operands) {
            return 0;
        }
    }

    private Net net(Generated generated) {
        return generated.create(Weights.init(generated.spec(), 1));
    }

    private Generated generated() throws Exception {
        return GeneratedCode.load(List.of(Programs.one(Programs.compile(DIGITS, console), null)))
                .getFirst();
    }

    private Path picture() throws Exception {
        Path file = folder.resolve("black.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
        return file;
    }

    private Failure failure(int pictures) throws Exception {
        Generated generated = generated();
        PictureRuns runs = new PictureRuns(net(generated), generated.source().model(), List.of());
        List<Path> files = Collections.nCopies(pictures, picture());
        Backend full = new Full(Backends.reference());
        return catchThrowableOfType(Failure.class, () -> runs.run(files, "logits", null, full, console, output -> {}));
    }

    /** What {@code predict} and {@code features} run. */
    @Test
    void picturesThatTakeTooMuchAreNoBug() throws Exception {
        Failure failure = failure(40);
        assertThat(failure.status()).isEqualTo(Failure.MACHINE);
        assertThat(failure.sentence())
                .startsWith(
                        "there is not enough memory for 32 pictures at once; give fewer: the session of digits.cnn needs ")
                .endsWith(" KiB, more than there is; choose a smaller batch")
                .doesNotContain("\n");
        assertThat(failure(1).sentence())
                .startsWith("there is not enough memory for a picture of this size: the session of digits.cnn needs ");
    }

    private int explained(Throwable problem) {
        int status = Main.explain(problem, console, "train", "small.cnn");
        assertThat(err.toString()).hasLineCount(1).startsWith("striate: ").contains("the session of small.cnn");
        err.getBuffer().setLength(0);
        return status;
    }

    /** Whatever comes between: the memory is the machine's, and no input is wrong. */
    @Test
    void allThatComesOfTooLittleMemoryIsTheMachines() {
        OutOfMemoryError full =
                new OutOfMemoryError("the session of small.cnn takes 1.0 GiB, and a run of it needs more");
        assertThat(explained(full)).isEqualTo(Failure.MACHINE);
        IllegalArgumentException open = new IllegalArgumentException("the session of small.cnn needs 1.0 GiB", full);
        assertThat(explained(open)).isEqualTo(Failure.MACHINE);
        assertThat(explained(new DataException("a batch of 32 cannot be run: " + open.getMessage(), open)))
                .isEqualTo(Failure.MACHINE);
        assertThat(explained(new DataException("the session of small.cnn cannot be fed: no such field")))
                .isEqualTo(Failure.INPUT);
        assertThat(Failure.tooLarge("at batch 8", open).status()).isEqualTo(Failure.MACHINE);
        assertThat(Failure.tooLarge("at batch 8", new IllegalArgumentException("too many elements")))
                .hasMessage("at batch 8: too many elements")
                .extracting(Failure::status)
                .isEqualTo(Failure.INPUT);
    }
}
