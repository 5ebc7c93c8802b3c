package dev.striate.compiler.ir;

/**
 * What a value is: floats, or indices of classes, of a shape.
 *
 * @param element what one element is
 * @param shape the shape
 */
public record TensorType(Element element, Shape shape) {
    /** What one element of a tensor is. */
    public sealed interface Element {
        /** A 32-bit float. */
        record F32() implements Element {
            @Override
            public String toString() {
                return "f32";
            }
        }

        /** One of {@code classes} classes, from 0. */
        record ClassIndex(int classes) implements Element {
            @Override
            public String toString() {
                return "class";
            }
        }
    }

    /** Floats. */
    public static final Element F32 = new Element.F32();

    /** A tensor of floats. */
    public static TensorType f32(Shape shape) {
        return new TensorType(F32, shape);
    }

    /** A tensor of class indices. */
    public static TensorType classes(int classes, Shape shape) {
        return new TensorType(new Element.ClassIndex(classes), shape);
    }

    /** Whether the elements are floats. */
    public boolean isFloat() {
        return element instanceof Element.F32;
    }

    /** As it is written in a {@code .cnn} file: {@code f32[N, 1, 28, 28]}, {@code class[N, 10]}. */
    @Override
    public String toString() {
        if (element instanceof Element.ClassIndex(int classes)) {
            String text = shape.toString();
            return "class" + text.substring(0, text.length() - 1) + (shape.rank() == 0 ? "" : ", ") + classes + "]";
        }
        return element + shape.toString();
    }
}
