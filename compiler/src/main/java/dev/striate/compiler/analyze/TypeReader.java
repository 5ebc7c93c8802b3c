package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the types of inputs and labels. A capitalised name that means nothing yet becomes a dimension of the net where it
 * stands by itself; from there on it can be computed with.
 */
final class TypeReader {
    private final Scope scope;
    private final NetBuilder net;
    private final Log log;
    private final ArgumentValues values;

    TypeReader(Scope scope, NetBuilder net, Log log) {
        this.scope = scope;
        this.net = net;
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
        TensorType type = tensor(input.name(), input.type());
        new Conditions(scope, net, log).read(input.where());
        return type;
    }

    /** The type of a label, of floats or of classes; null after an error. */
    @Nullable
    TensorType label(Ast.Label label) {
        TensorType type = tensor(label.name(), label.type());
        new Conditions(scope, net, log).read(label.where());
        return type;
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
            Ast.Expr written = type.dims().get(i);
            boolean counts = classes && i == type.dims().size() - 1;
            Dim dim = i == 0 ? batch(type) : counts ? number(declared, written) : size(declared, written);
            if (dim == null) {
                return null;
            }
            dims.add(dim);
        }
        return checked(type, dims, classes);
    }

    private @Nullable TensorType checked(Ast.Type type, List<Dim> dims, boolean classes) {
        Shape shape = new Shape(classes ? dims.subList(0, dims.size() - 1) : dims);
        Optional<BigInteger> elements = shape.elementsFrom(1).constant().map(Rational::num);
        if (elements.filter(e -> e.bitLength() >= Integer.SIZE).isPresent()) {
            log.add(Diagnostic.error(
                            Code.TOO_MANY_ELEMENTS,
                            type.span(),
                            "one sample of `" + type.span().text() + "` has " + elements.get() + " elements")
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
        return wrong(
                first.span(),
                "the first dimension is the batch `N`, not " + Log.quote(first.span()),
                "write `" + type.name().text() + "[N, …]`");
    }

    private @Nullable Dim size(Ast.Name declared, Ast.Expr written) {
        if (written instanceof Ast.Ref(Ast.Name name, Span span)
                && Conditions.isDimension(name)
                && scope.find(name.text()) == null) {
            if (name.text().equals("N")) {
                return wrong(span, "only the first dimension is the batch `N`", "write the size of this dimension");
            }
            scope.declare(name, new Entry.Constant(new Const.Num(Dim.symbol(name.text())), span));
            net.dimension(name.text());
            return Dim.symbol(name.text());
        }
        if (Conditions.unbound(written, scope, log)) {
            return null;
        }
        Const value = values.fold(written);
        if (value.isUnknown()) {
            return null;
        }
        return value instanceof Const.Num(Dim dim) && net.hasDimensions(dim)
                ? symbolic(dim, written)
                : number(declared, written);
    }

    private @Nullable Dim number(Ast.Name declared, Ast.Expr written) {
        String words = "a whole number of at least 1";
        Integer size = values.integer("a dimension of `" + declared.text() + "`", words, 1, written);
        return size == null ? null : Dim.of(size);
    }

    /** A size that depends on others; that it is a whole number is checked when a session is opened. */
    private Dim symbolic(Dim dim, Ast.Expr written) {
        if (!net.facts().isWhole(dim)) {
            net.condition(Condition.isWhole(dim, new Origin.Source(written.span())));
        }
        return dim;
    }

    private @Nullable Dim wrong(Span span, String message, String fix) {
        log.add(Diagnostic.error(Code.BAD_TYPE, span, message).fix(fix));
        return null;
    }
}
