package dev.striate.cli;

import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import picocli.CommandLine.Option;

/** The option that says what numbers a net computes its outputs with. */
final class PrecisionOption {
    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "f32 (the default), bf16 or fp16: what convolutions and products multiply. 16 bits need the"
                    + " backend cuda.")
    private String precision = "f32";

    /**
     * A backend in this precision.
     *
     * @throws Failure when it has no such precision, or not on this machine
     */
    Backend of(Backend backend) {
        Precision wanted = switch (precision) {
            case "f32" -> Precision.F32;
            case "bf16" -> Precision.MIXED_BF16;
            case "fp16" -> Precision.MIXED_FP16;
            default -> throw Failure.usage("--precision takes f32, bf16 or fp16, not " + precision);
        };
        try {
            return backend.in(wanted)
                    .orElseThrow(() -> Failure.usage("the backend " + backend.name() + " computes in f32; --precision "
                            + precision + " needs --backend cuda"));
        } catch (IllegalStateException e) {
            throw Failure.machine(String.valueOf(e.getMessage()));
        }
    }
}
