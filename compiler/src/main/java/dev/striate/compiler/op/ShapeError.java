package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operands that an operator cannot take, told without places in the source: the compiler's analysis adds them. It is
 * always caught there, and never reaches a user as an exception.
 */
public final class ShapeError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A remark on where an operand's size comes from.
     *
     * @param input which data operand
     * @param axes the axes whose sizes matter; empty for the whole shape
     * @param text what to say beside it
     */
    public record Remark(int input, List<Integer> axes, String text) {}

    private final transient Code code;
    private transient @Nullable String label;
    private transient @Nullable String fix;
    private final transient List<Remark> remarks = new ArrayList<>();

    /** An error of a code with one sentence. */
    public ShapeError(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** With a few words beside the underlined operator. */
    public ShapeError label(String text) {
        label = text;
        return this;
    }

    /** With a concrete fix. */
    public ShapeError fix(String text) {
        fix = text;
        return this;
    }

    /** With a remark on an operand. */
    public ShapeError remark(int input, List<Integer> axes, String text) {
        remarks.add(new Remark(input, axes, text));
        return this;
    }

    /** The code. */
    public Code code() {
        return code;
    }

    /** The words beside the underlined operator. */
    public @Nullable String label() {
        return label;
    }

    /** The fix. */
    public @Nullable String fix() {
        return fix;
    }

    /** The remarks on operands. */
    public List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
