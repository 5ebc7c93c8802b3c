package dev.striate.compiler.ir;

/** What a node does: an operator (package {@code op}), or a {@link Source} of values. Equality is structural. */
public interface Operation {
    /** The name in the language or, where it has none there, of the same form: {@code conv}, {@code conv_grad_input}. */
    String name();
}
