package dev.striate.runtime.backend;

import static dev.striate.core.kernel.ChannelSum.channelSum;
import static dev.striate.core.kernel.Concat.concat;
import static dev.striate.core.kernel.Conv.conv;
import static dev.striate.core.kernel.ConvTranspose.convTranspose;
import static dev.striate.core.kernel.Fc.fc;
import static dev.striate.core.kernel.FcGradWeight.fcGradWeight;
import static dev.striate.core.kernel.Flatten.flatten;
import static dev.striate.core.kernel.Pad.pad;
import static dev.striate.core.kernel.Pointwise.add;
import static dev.striate.core.kernel.Pointwise.relu;
import static dev.striate.core.kernel.Upsample.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What can be recorded, and what is said about the rest. */
class BinderTest {
    private static void fails(String message, Consumer<Binder> session) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Binder.spec(
                        "net", b -> session.accept(b.source("net.cnn").at(3))))
                .withMessage(message);
    }

    @Test
    void recordsParametersInOrder() {
        NetSpec spec = Binder.spec("net", b -> {
            Step c = b.step("block.conv1", conv(4, 3, 3), b.input("x", 1, 2, 5, 5));
            assertThat(c.shape().toList()).isEqualTo(List.of(1, 4, 3, 3));
            assertThat(b.param("block.conv1.weight").shape().toList()).isEqualTo(List.of(4, 2, 3, 3));
            b.output("y", b.step("fc1", fc(3).withoutBias(), b.step("flat", flatten(), c)));
            b.bind();
        });
        assertThat(spec.name()).isEqualTo("net");
        assertThat(spec.parameters().stream().map(Parameter::name))
                .containsExactly("block.conv1.weight", "block.conv1.bias", "fc1.weight");
        assertThat(spec.count()).isEqualTo(4 * 2 * 9 + 4 + 3 * 36);
    }

    @Test
    void namesAreUsedOnce() {
        fails("net.cnn:3: a: two steps have this path", b -> {
            Input x = b.input("x", 1, 2);
            b.step("a", relu(), x);
            b.step("a", relu(), x);
        });
        fails("net.cnn:3: x: two inputs have this name", b -> {
            b.input("x", 1, 2);
            b.label("x", 3, 1);
        });
        fails("net.cnn:3: y: two outputs have this name", b -> {
            Input x = b.input("x", 1, 2);
            b.output("y", x);
            b.output("y", x);
        });
    }

    @Test
    void shapesAreChecked() {
        fails(
                "net.cnn:3: c: Conv takes a tensor of rank 4, not [1, 2]",
                b -> b.step("c", conv(1, 1, 1), b.input("x", 1, 2)));
        fails(
                "net.cnn:3: c: a 5x5 window does not fit on [1, 1, 3, 9]",
                b -> b.step("c", conv(1, 5, 5), b.input("x", 1, 1, 3, 9)));
        fails(
                "net.cnn:3: c: a 2x2 window with stride 2x2 does not tile [1, 1, 3, 4]; say which way to round",
                b -> b.step("c", conv(1, 2, 2).stride(2, 2), b.input("x", 1, 1, 3, 4)));
        fails(
                "net.cnn:3: c: 2 groups do not divide 3 channels and 4 filters",
                b -> b.step("c", conv(4, 1, 1).groups(2), b.input("x", 1, 3, 3, 4)));
        fails(
                "net.cnn:3: s: add cannot join [1, 2] and [1, 3]",
                b -> b.step("s", add(), b.input("x", 1, 2), b.input("z", 1, 3)));
        fails("net.cnn:3: s: Pointwise takes 2 operands, not 1", b -> b.step("s", add(), b.input("x", 1, 2)));
        fails("net.cnn:3: label: a label needs at least one class, not 0", b -> b.label("label", 0, 1));
        fails(
                "net.cnn:3: f: a tensor of shape [65536, 65536] has more than 2^31 - 1 elements",
                b -> b.step("f", fc(1 << 16), b.input("x", 1, 1 << 16)));
    }

    @Test
    void sizesBeyondAnIntAreRefusedAndDoNotWrapAround() {
        int many = 1 << 20;
        // (2^20 - 1) 2^12 + 2^12 + 5 is 2^32 + 5, which is 5 in 32 bits.
        fails(
                "net.cnn:3: t: the sizes are too large",
                b -> b.step("t", convTranspose(1, (1 << 12) + 5, 1).stride(1 << 12, 1), b.input("x", 1, 1, many, 1)));
        // Four times 2^30 + 1 is 4 in 32 bits.
        fails("net.cnn:3: c: the sizes are too large", b -> {
            Input x = b.input("x", 1, (1 << 30) + 1);
            b.step("c", concat(1), x, x, x, x);
        });
        fails(
                "net.cnn:3: u: the sizes are too large",
                b -> b.step("u", upsample(1 << 12, 1), b.input("x", 1, 1, many, 1)));
        fails(
                "net.cnn:3: p: the sizes are too large",
                b -> b.step("p", pad(0, 1, Integer.MAX_VALUE, 1), b.input("x", 1, 8)));
        fails(
                "net.cnn:3: w: the sizes are too large",
                b -> b.step("w", conv(1, 3, 1).dilation(Integer.MAX_VALUE, 1), b.input("x", 1, 1, 8, 8)));
    }

    @Test
    void gradientsBelongToParameters() {
        fails("net.cnn:3: fc2.weight: no earlier step declares this parameter", b -> {
            Input x = b.input("x", 1, 2);
            b.gradient("fc2.weight", fcGradWeight(), b.step("fc1", fc(3), x), x);
        });
        fails("net.cnn:3: fc1.bias: two steps compute this gradient", b -> {
            Step y = b.step("fc1", fc(3), b.input("x", 1, 2));
            b.gradient("fc1.bias", channelSum(), y);
            b.gradient("fc1.bias", channelSum(), y);
        });
        fails("net.cnn:3: fc1.weight: the gradient has shape [3], the parameter [3, 2]", b -> {
            Step y = b.step("fc1", fc(3), b.input("x", 1, 2));
            b.gradient("fc1.weight", channelSum(), y);
        });
    }

    @Test
    void weightsMustFit() {
        Weights weights = Weights.zeros(Binder.spec("net", b -> b.step("fc1", fc(3), b.input("x", 1, 2))));
        Binder other = Backends.reference().binder(weights).source("net.cnn").at(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.step("fc2", fc(3), other.input("x", 1, 2)))
                .withMessage("net.cnn:4: fc2.weight: the weights have no such parameter");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.step("fc1", fc(3), other.input("z", 1, 5)))
                .withMessage("net.cnn:4: fc1.weight: the parameter has shape [3, 5] here, but [3, 2] in the weights");
    }

    @Test
    void operandsBelongToTheSession() {
        Binder.spec("net", outer -> {
            Input foreign = outer.input("x", 1, 2);
            fails("net.cnn:3: r: an operand belongs to another session", b -> b.step("r", relu(), foreign));
        });
    }

    @Test
    void nothingIsRecordedAfterBinding() {
        Binder b = Backends.reference().binder(Weights.zeros(new NetSpec("net", List.of())));
        b.output("y", b.input("x", 1, 2));
        b.bind();
        assertThatIllegalStateException()
                .isThrownBy(() -> b.input("z", 1, 2))
                .withMessage("a session is bound once, and nothing is recorded afterwards");
        assertThatIllegalStateException().isThrownBy(b::bind);
        b.program().close();
    }

    @Test
    void theFormatsMustMeet() {
        Binder.spec("net", b -> {
            assertThat(b.format(1)).isSameAs(b);
            assertThatIllegalStateException()
                    .isThrownBy(() -> b.format(2))
                    .withMessage(
                            "the class was generated in format 2, but this runtime reads 1; use the striate-runtime of"
                                    + " the compiler's version");
            assertThatIllegalStateException()
                    .isThrownBy(() -> b.format(0))
                    .withMessage(
                            "the class was generated in format 0, but this runtime reads 1; generate it again with the"
                                    + " compiler of the runtime's version");
        });
    }
}
