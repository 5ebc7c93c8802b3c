package dev.striate.core.recipe;

/** The numbers that training computes with. A backend without them computes in float32, which is never less exact. */
public enum Precision {
    /** float32 throughout. */
    F32("f32"),
    /**
     * bfloat16 for convolutions and matrix products, float32 for weights, sums and everything else (Micikevicius et al.
     * 2018; bfloat16 needs no scaling of the loss).
     */
    MIXED_BF16("mixed(bf16)");

    private final String written;

    Precision(String written) {
        this.written = written;
    }

    /** As it is written in a {@code .cnn} file. */
    public String written() {
        return written;
    }
}
