package dev.striate.core.recipe;

/** The numbers that a net computes with. A backend without them computes in float32, which is never less exact. */
public enum Precision {
    /** float32 throughout. */
    F32("f32"),
    /**
     * bfloat16 for convolutions and matrix products, float32 for weights, sums and everything else (Micikevicius et al.
     * 2018; bfloat16 needs no scaling of the loss).
     */
    MIXED_BF16("mixed(bf16)"),
    /**
     * float16 (IEEE 754 binary16) for convolutions and matrix products, float32 for everything else; for outputs only: small
     * gradients would be 0 in it unless the loss were scaled, which no backend does.
     */
    MIXED_FP16("mixed(fp16)");

    private final String written;

    Precision(String written) {
        this.written = written;
    }

    /** As it is written in a {@code .cnn} file. */
    public String written() {
        return written;
    }
}
