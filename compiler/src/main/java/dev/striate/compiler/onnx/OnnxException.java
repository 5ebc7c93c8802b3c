package dev.striate.compiler.onnx;

/** A net that ONNX cannot say. The message is one sentence for the user, which names the place in the source. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message. */
    public OnnxException(String sentence) {
        super(sentence);
    }
}
