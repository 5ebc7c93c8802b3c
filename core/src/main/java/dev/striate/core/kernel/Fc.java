package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * A fully connected layer: x {@code [N, C]} times the transposed weight {@code [units, C]}, plus a bias
 * {@code [units]} unless {@link #withoutBias}, gives {@code [N, units]}.
 *
 * @param units the number of outputs
 * @param bias whether a bias is added
 * @param init first values of the weight; the bias begins at zero
 */
public record Fc(int units, boolean bias, Init init) implements Kernel {
    /** With bias. */
    public static Fc fc(int units) {
        return new Fc(units, true, Init.heUniform());
    }

    /** Without a bias. */
    public Fc withoutBias() {
        return new Fc(units, false, init);
    }

    /** With other first values of the weight. */
    public Fc init(Init values) {
        return new Fc(units, bias, values);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rank(this, inputs.get(0), 2);
        return Sizes.of(inputs.get(0).dim(0), units);
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Parameter weight = new Parameter("weight", Sizes.of(units, inputs.get(0).dim(1)), init);
        return bias ? List.of(weight, new Parameter("bias", Sizes.of(units), Init.zeros())) : List.of(weight);
    }
}
