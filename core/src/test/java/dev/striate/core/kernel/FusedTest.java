package dev.striate.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.Sizes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that follow one another are one function of all their operands. */
class FusedTest {
    private static final Sizes X = Sizes.of(2, 3, 4, 4);
    private static final Sizes Y = Sizes.of(2, 5, 4, 4);

    @Test
    void functionsComposeAtAnyPlace() {
        Pointwise f = Pointwise.subtract().then(Pointwise.divide()).then(Pointwise.subtract(), 1);
        assertThat(f.arity()).isEqualTo(4);
        assertThat(f.expr().eval(7, 3, 2, 10)).isEqualTo(10 - (7 - 3) / 2.0);
        assertThat(f.name()).isEqualTo("subtract_divide_subtract");
    }

    @Test
    void aResultThatIsReadTwiceIsReplacedTwice() {
        Pointwise f = Pointwise.add().then(Pointwise.square());
        assertThat(f.expr().eval(2, 3)).isEqualTo(25);
    }

    @Test
    void theResultOfTheAnchorIsOperandNought() {
        Fused fused = (Fused) Fc.fc(5).then(Pointwise.subtract(), 1);
        assertThat(fused.epilogue().expr().eval(3, 10)).isEqualTo(7);
    }

    @Test
    void operandsOfTheAnchorAndOfTheFunctionAreToldApart() {
        Fused fused = (Fused) Conv.conv(5, 1, 1).then(Pointwise.affine()).then(Pointwise.add());
        List<String> operands = List.of("x", "scale", "shift", "other", "weight", "bias");
        assertThat(fused.ofAnchor(operands)).containsExactly("x", "weight", "bias");
        assertThat(fused.ofEpilogue(operands)).containsExactly("scale", "shift", "other");
        Sizes scale = Sizes.of(1, 5);
        assertThat(fused.output(List.of(X, scale, scale, Y))).isEqualTo(Y);
        assertThat(fused.params(List.of(X, scale, scale, Y)))
                .isEqualTo(Conv.conv(5, 1, 1).params(List.of(X)));
    }

    @Test
    void anEpilogueDoesNotChangeTheShape() {
        Kernel fused = Fc.fc(5).then(Pointwise.add());
        assertThatThrownBy(() -> fused.output(List.of(Sizes.of(2, 3), Sizes.of(2, 5, 4))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2, 5]");
    }
}
