package dev.striate.runtime.cuda.kernel;

/** An argument of a launch, each the address of memory on the device. */
public sealed interface Arg {
    /** An operand of the step. */
    record In(int index) implements Arg {}

    /** The result of the step. */
    record Out() implements Arg {}

    /** The step's scratch memory, from float32 number {@code offset} on. */
    record Scratch(long offset) implements Arg {}

    /** Seed and number of the training step, each 64 bits. */
    record Now() implements Arg {}

    /** Where the step notes a class index that is out of range: 64 bits, all set when there is none. */
    record Fault() implements Arg {}

    /** What the step counts for the host: int32, kept until the run is over. */
    record Counts() implements Arg {}

    /** What gradients begin with: float32. */
    record Scale() implements Arg {}

    /** Operand {@code index}. */
    static Arg in(int index) {
        return new In(index);
    }

    /** The result. */
    static Arg out() {
        return new Out();
    }

    /** The scratch memory. */
    static Arg scratch() {
        return scratch(0);
    }

    /** The scratch memory behind so many float32 numbers. */
    static Arg scratch(long offset) {
        return new Scratch(offset);
    }

    /** Seed and step. */
    static Arg now() {
        return new Now();
    }

    /** What gradients begin with. */
    static Arg scale() {
        return new Scale();
    }

    /** Where to note a fault. */
    static Arg fault() {
        return new Fault();
    }

    /** What is counted. */
    static Arg counts() {
        return new Counts();
    }
}
