package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the types of inputs and labels. */
final class TypeReader {
    private final Scope scope;
    private final Log log;
    private final ArgumentValues values;

    TypeReader(Scope scope, Log log) {
        this.scope = scope;
        this.log = log;
        this.values = new ArgumentValues(scope, log);
    }

    /** The type of an input, which is of floats; null after an error. */
    @Nullable
    TensorType input(Ast.Input input) {
        if (input.type().name().text().equals("class")) {
            return error(
                    input.type().span(),
                    "an input is of floats, and `" + input.name().text() + "` is of classes",
                    "write `label " + input.name().text() + ": …` when it is what the net learns, else `f32[N, …]`");
        }
        return tensor(input.name(), input.type());
    }

    /** The type of a label, of floats or of classes; null after an error. */
    @Nullable
    TensorType label(Ast.Label label) {
        return tensor(label.name(), label.type());
    }

    private @Nullable TensorType error(Span span, String message, String fix) {
        log.add(Diagnostic.error(Code.BAD_TYPE, span, message).fix(fix));
        return null;
    }

    private @Nullable TensorType tensor(Ast.Name declared, Ast.Type type) {
        boolean classes = type.name().text().equals("class");
        if (!classes && !type.name().text().equals("f32")) {
            return error(
                    type.name().span(),
                    "there is no type `" + type.name().text() + "` of tensors",
                    Log.didYouMean(type.name().text(), "types", List.of("f32", "class")));
        }
        int least = classes ? 2 : 1;
        if (type.dims().size() < least) {
            return error(
                    type.span(),
                    "the type of `" + declared.text() + "` has no "
                            + (type.dims().isEmpty() ? "shape" : "classes"),
                    classes ? "write `class[N, 10]`" : "write `f32[N, 3, 224, 224]`, for example");
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < type.dims().size(); i++) {
            Dim dim = i == 0 ? batch(type) : size(declared, type.dims().get(i));
            if (dim == null) {
                return null;
            }
            dims.add(dim);
        }
        return checked(type, dims, classes);
    }

    private @Nullable TensorType checked(Ast.Type type, List<Dim> dims, boolean classes) {
        Shape shape = new Shape(classes ? dims.subList(0, dims.size() - 1) : dims);
        BigInteger elements = shape.elementsFrom(1).constant().orElseThrow().num();
        if (elements.bitLength() >= Integer.SIZE) {
            log.add(Diagnostic.error(
                            Code.TOO_MANY_ELEMENTS,
                            type.span(),
                            "one sample of `" + type.span().text() + "` has " + elements + " elements")
                    .fix("a tensor has at most " + Integer.MAX_VALUE + " elements: declare smaller dimensions"));
            return null;
        }
        return classes ? TensorType.classes(dims.getLast().toInt(), shape) : TensorType.f32(shape);
    }

    private @Nullable Dim batch(Ast.Type type) {
        Ast.Expr first = type.dims().getFirst();
        if (first instanceof Ast.Ref r && r.name().text().equals("N")) {
            return Dim.N;
        }
        error(
                first.span(),
                "the first dimension is the batch `N`, not " + Log.quote(first.span()),
                "write `" + type.name().text() + "[N, …]`");
        return null;
    }

    private @Nullable Dim size(Ast.Name declared, Ast.Expr written) {
        if (written instanceof Ast.Ref(Ast.Name name, Span span)
                && Character.isUpperCase(name.text().charAt(0))
                && scope.find(name.text()) == null) {
            if (name.text().equals("N")) {
                error(span, "only the first dimension is the batch `N`", "write the size of this dimension");
            } else {
                log.unsupported(span, "a dimension without a size, such as `" + name.text() + "`,", "write its size");
            }
            return null;
        }
        Integer size =
                values.integer("a dimension of `" + declared.text() + "`", "a whole number of at least 1", 1, written);
        return size == null ? null : Dim.of(size);
    }
}
