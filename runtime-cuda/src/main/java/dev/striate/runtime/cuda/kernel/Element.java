package dev.striate.runtime.cuda.kernel;

/** How the device keeps one number of a value. All arithmetic of generated kernels is in float32. */
public enum Element {
    /** 24 bits of precision, 8 of exponent. */
    FLOAT32("float", 4),
    /** 8 bits of precision, 8 of exponent: float32 cut short and rounded. */
    BFLOAT16("bfloat16", 2),
    /** 11 bits of precision, 5 of exponent: IEEE 754 binary16, at most 65504. */
    FLOAT16("float16", 2);

    private final String type;
    private final int bytes;

    Element(String type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** Its type in the sources of kernels. */
    String type() {
        return type;
    }

    /** How many bytes it takes. */
    public int bytes() {
        return bytes;
    }
}
