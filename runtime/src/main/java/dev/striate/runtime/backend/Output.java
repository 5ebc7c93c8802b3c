package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** An output of a session. Its content is that of the last run. */
public final class Output {
    private final String name;
    private final Value value;

    Output(String name, Value value) {
        this.name = name;
        this.value = value;
    }

    /** The name in the source. */
    public String name() {
        return name;
    }

    /** The shape. */
    public Sizes shape() {
        return value.shape();
    }

    /**
     * A copy of all elements, in row-major order of the shape.
     *
     * @throws IllegalStateException when the session is closed or running
     */
    public float[] toArray() {
        value.program.requireIdle();
        return value.storage.host().toArray(ValueLayout.JAVA_FLOAT);
    }

    /**
     * Copies all elements, float32, to memory of the same size.
     *
     * @throws IllegalArgumentException when the size is another
     * @throws IllegalStateException when the session is closed or running
     */
    public void copyTo(MemorySegment target) {
        value.program.requireIdle();
        if (target.byteSize() != value.storage.bytes) {
            throw new IllegalArgumentException(value.where + ": output " + name + " has " + value.storage.bytes
                    + " bytes of shape " + shape() + ", not " + target.byteSize());
        }
        target.copyFrom(value.storage.host());
    }

    Value source() {
        return value;
    }

    /** What a metric of classes counted in the last run; null for all other outputs. */
    public @Nullable Tally tally() {
        return value instanceof Step step && step.action() instanceof Tally tally ? tally : null;
    }

    /**
     * The number, of an output with one element.
     *
     * @throws IllegalStateException when there are more, or when the session is closed or running
     */
    public float value() {
        value.program.requireIdle();
        if (shape().elements() != 1) {
            throw new IllegalStateException(
                    value.where + ": output " + name + " of shape " + shape() + " is not one number");
        }
        return value.storage.host().get(ValueLayout.JAVA_FLOAT, 0);
    }
}
