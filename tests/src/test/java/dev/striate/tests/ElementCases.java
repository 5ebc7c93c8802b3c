package dev.striate.tests;

import dev.striate.core.init.Init;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Random cases of the functions of single elements, none of them at a kink. */
final class ElementCases {
    static final Map<String, Function<Draw, OpCase>> ALL = all();

    private ElementCases() {}

    private static Map<String, Function<Draw, OpCase>> all() {
        Map<String, Function<Draw, OpCase>> all = new HashMap<>();
        for (String name : List.of(
                "relu",
                "tanh",
                "sigmoid",
                "selu",
                "gelu",
                "silu",
                "softplus",
                "step",
                "exp",
                "abs",
                "square",
                "detach")) {
            all.put(name, d -> any(d, name, Map.of()));
        }
        all.put("leaky_relu", d -> any(d, "leaky_relu", Map.of("slope", d.of(0.01, 0.3))));
        all.put("elu", d -> any(d, "elu", Map.of("alpha", d.of(1.0, 0.5))));
        all.put("clip", d -> any(d, "clip", Map.of("min", d.of(-1.2345678, 0.0123456), "max", d.of(1.3456789, 6.0))));
        // Away from 0, where no step is short enough for a difference.
        all.put("log", d -> any(d, "log", Map.of()).map(v -> Math.abs(v) + 0.05));
        all.put("sqrt", d -> any(d, "sqrt", Map.of()).map(v -> Math.abs(v) + 0.05));
        all.put("hard_sigmoid", d -> any(d, "hard_sigmoid", Map.of()).map(v -> 2.9876543 * v));
        all.put("hard_swish", d -> any(d, "hard_swish", Map.of()).map(v -> 2.9876543 * v));
        all.put(
                "prelu",
                d -> OpCases.onChannels(
                        d, OpCases.make("prelu", Map.of("init", d.of(Init.constant(0.25), Init.normal(0, 1))))));
        all.put("log_softmax", d -> OpCases.on(d, OpCases.make("log_softmax", Map.of()), d.shape(d.between(2, 4))));
        return all;
    }

    private static OpCase any(Draw d, String operator, Map<String, Object> attrs) {
        return OpCases.on(d, OpCases.make(operator, attrs), d.shape(d.between(1, 4)));
    }
}
