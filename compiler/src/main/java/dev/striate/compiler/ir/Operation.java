package dev.striate.compiler.ir;

/** What a node does: an operator (package {@code op}), or a {@link Source} of values. Equality is structural. */
public interface Operation {
    /** The name in the language or, where it has none there, of the same form: {@code conv}, {@code conv_grad_input}. */
    String name();

    /** What it does in {@code node}, with its attributes where they differ from the defaults: {@code conv(6, 5, 5).pad(2)}. */
    default String describe(Node node) {
        return name();
    }
}
