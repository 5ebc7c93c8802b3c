package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns what was written for an argument into the Java value of its kind, or says why it cannot. */
@SuppressWarnings("TypeParameterUnusedInFormals") // what reports an error gives null, of whatever type was wanted
final class ArgumentValues {
    private final Scope scope;
    private final Log log;
    private final ConstantFolder folder;

    ArgumentValues(Scope scope, Log log) {
        this.scope = scope;
        this.log = log;
        this.folder = new ConstantFolder(scope, log);
    }

    /** The value that {@code attr} of {@code callee} is given, of its kind's Java type; null after an error. */
    @Nullable
    Object convert(String callee, Attr attr, Ast.Expr written) {
        String name = "`" + attr.name() + "` of `" + callee + "`";
        return switch (attr.kind()) {
            case POSITIVE_INT -> integer(name, attr.kind().words(), 1, written);
            case NON_NEGATIVE_INT -> integer(name, attr.kind().words(), 0, written);
            case FLOAT -> number(name, attr.kind().words(), written);
            case WEIGHTS -> weights(name, attr.kind().words(), written);
            case PROBABILITY -> probability(name, attr.kind().words(), written);
            case BOOL -> bool(name, written);
            case EXTENT -> extent(name, attr.kind().words(), written);
            case PADDING -> padding(name, attr.kind().words(), written);
            case ROUNDING -> oneOf(name, attr.kind().words(), Rounding.class, written);
            case INTERPOLATION -> oneOf(name, attr.kind().words(), Upsample.Mode.class, written);
            case AXIS -> axis(name, attr.kind().words(), written);
            case AXES -> axes(name, attr.kind().words(), written);
            case PLACE -> place(name, attr.kind().words(), 0, folder.fold(written), written);
            case SHAPE -> shape(name, attr.kind().words(), written);
            case INIT -> new Initializers(this, log).read(name, written, word(written));
        };
    }

    /** The word that {@code written} is, unless a parameter has its name; else null. */
    private @Nullable String word(Ast.Expr written) {
        return written instanceof Ast.Ref(Ast.Name name, Span span) && scope.find(name.text()) == null
                ? name.text()
                : null;
    }

    // ---- numbers

    /** A whole number of at least {@code least} that fits an int; null after an error. */
    @Nullable
    Integer integer(String name, String words, int least, Ast.Expr written) {
        return whole(name, words, least, folder.fold(written), written);
    }

    private @Nullable Integer whole(String name, String words, int least, Const value, Ast.Expr written) {
        if (!(value instanceof Const.Num(Dim dim))) {
            return wrong(name, words, value, written);
        }
        Optional<Rational> number = dim.constant();
        if (number.isEmpty()) {
            return symbolic(name, written);
        }
        if (!number.get().isInteger()) {
            return fraction(name, number.get(), written);
        }
        if (number.get().compareTo(Rational.of(Integer.MAX_VALUE)) > 0) {
            return wrong(name, "a whole number of at most " + Integer.MAX_VALUE, value, written);
        }
        Optional<Long> fits = dim.asLong().filter(v -> v >= least);
        return fits.isPresent() ? fits.get().intValue() : wrong(name, words, value, written);
    }

    private <T> @Nullable T fraction(String name, Rational value, Ast.Expr written) {
        Rational below = value.floor();
        Rational above = below.plus(Rational.ONE);
        String text = written.span().text();
        log.add(Diagnostic.error(
                        Code.FRACTION,
                        written.span(),
                        name + " is a whole number, and " + Log.quote(written.span()) + " is " + value)
                .fix(
                        written instanceof Ast.Num
                                ? "write " + below + " or " + above
                                : "write `floor(" + text + ")`, which is " + below + ", or `ceil(" + text
                                        + ")`, which is " + above));
        return null;
    }

    private <T> @Nullable T symbolic(String name, Ast.Expr written) {
        log.add(Diagnostic.error(
                        Code.WRONG_ARGUMENT,
                        written.span(),
                        name + " must be known at compile time, and " + Log.quote(written.span()) + " is not")
                .fix("write a number, or a parameter of the net"));
        return null;
    }

    /** A number; null after an error. */
    @Nullable
    Double number(String name, String words, Ast.Expr written) {
        Const value = folder.fold(written);
        if (!(value instanceof Const.Num(Dim dim))) {
            return wrong(name, words, value, written);
        }
        Optional<Rational> number = dim.constant();
        return number.isPresent() ? (Double) number.get().toDouble() : symbolic(name, written);
    }

    private @Nullable List<Double> weights(String name, String words, Ast.Expr written) {
        Const value = folder.fold(written);
        if (!(value instanceof Const.Items(List<Const> elements))) {
            return wrong(name, words, value, written);
        }
        List<Double> weights = new ArrayList<>();
        for (Const element : elements) {
            Optional<Rational> number = element instanceof Const.Num(Dim dim) ? dim.constant() : Optional.empty();
            if (number.isEmpty() || number.get().signum() < 0) {
                return wrong(name, words, value, written);
            }
            weights.add(number.get().toDouble());
        }
        return weights;
    }

    /** A number of at least 0 and below 1; null after an error. */
    @Nullable
    Double probability(String name, String words, Ast.Expr written) {
        Double value = number(name, words, written);
        if (value == null || (value >= 0 && value < 1)) {
            return value;
        }
        return wrong(name, words, folder.fold(written), written);
    }

    /** True or false; null after an error. */
    @Nullable
    Boolean bool(String name, Ast.Expr written) {
        Const value = folder.fold(written);
        return value instanceof Const.Bool(boolean b) ? (Boolean) b : wrong(name, "true or false", value, written);
    }

    /** The constant itself; {@link Const.Unknown} after an error. */
    Const fold(Ast.Expr written) {
        return folder.fold(written);
    }

    /** Says that {@code written} is not what {@code name} takes. */
    <T> @Nullable T wrong(String name, String words, Const value, Ast.Expr written) {
        if (value.isUnknown()) {
            return null;
        }
        String quoted = Log.quote(written.span());
        boolean computed = written instanceof Ast.Binary || written instanceof Ast.Ref || written instanceof Ast.Call;
        log.add(Diagnostic.error(
                        Code.WRONG_ARGUMENT,
                        written.span(),
                        name + " is " + words + ", not " + quoted + (computed ? ", which is " + value : ""))
                .fix("write " + words));
        return null;
    }

    // ---- shapes

    /** Which axis of a value of {@code rank} axes {@code written} is; null after an error. */
    @Nullable
    Integer axis(String name, Ast.Expr written, int rank) {
        Axis axis = axis(name, Attr.Kind.AXIS.words(), written);
        if (axis != null && axis.index(rank).isEmpty()) {
            log.add(Diagnostic.error(
                            Code.AXIS,
                            written.span(),
                            name + " is " + Log.quote(written.span()) + ", and the value has no such axis")
                    .fix(Axis.choices(rank)));
        }
        return axis == null ? null : axis.index(rank).orElse(null);
    }

    private @Nullable Axis axis(String name, String words, Ast.Expr written) {
        String word = written instanceof Ast.Ref r && isDimension(r) ? r.name().text() : word(written);
        if (word != null) {
            return Axis.NAMES.contains(word) ? new Axis(word) : unknownWord(name, words, word, Axis.NAMES, written);
        }
        Integer number = integer(name, words, 0, written);
        return number == null ? null : Axis.of(number);
    }

    /** Whether a name is that of a symbolic dimension: where an axis is wanted, H is the axis even if it is a size, too. */
    private boolean isDimension(Ast.Ref ref) {
        return Axis.NAMES.contains(ref.name().text())
                && scope.find(ref.name().text()) != null
                && folder.fold(ref) instanceof Const.Num(Dim dim)
                && dim.constant().isEmpty();
    }

    private @Nullable List<Axis> axes(String name, String words, Ast.Expr written) {
        List<Ast.Expr> all = written instanceof Ast.ListLiteral l ? l.elements() : List.of(written);
        if (all.isEmpty()) {
            return wrong(name, words, folder.fold(written), written);
        }
        List<Axis> axes = new ArrayList<>();
        for (Ast.Expr one : all) {
            Axis axis = axis(name, words, one);
            if (axis == null) {
                return null;
            }
            axes.add(axis);
        }
        return axes;
    }

    /** A whole number of at least {@code least}, which may depend on sizes; null after an error. */
    private @Nullable Dim place(String name, String words, int least, Const value, Ast.Expr written) {
        return value instanceof Const.Num(Dim dim) && dim.constant().isEmpty()
                ? dim
                : Optional.ofNullable(whole(name, words, least, value, written))
                        .map(Dim::of)
                        .orElse(null);
    }

    private @Nullable List<Dim> shape(String name, String words, Ast.Expr written) {
        Const value = folder.fold(written);
        if (!(value instanceof Const.Items(List<Const> sizes))) {
            return wrong(name, words, value, written);
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            Ast.Expr one = written instanceof Ast.ListLiteral l ? l.elements().get(i) : written;
            Dim dim = place("a size in " + name, "a whole number of at least 1", 1, sizes.get(i), one);
            if (dim == null) {
                return null;
            }
            dims.add(dim);
        }
        return dims;
    }

    // ---- windows

    /** An extent; null after an error. */
    @Nullable
    Extent extent(String name, String words, Ast.Expr written) {
        List<Integer> sizes = sizes(name, words, 1, written, List.of(1, 2));
        return sizes == null ? null : new Extent(sizes.getFirst(), sizes.getLast());
    }

    private @Nullable Padding padding(String name, String words, Ast.Expr written) {
        String word = word(written);
        if (word != null) {
            return switch (word) {
                case "same" -> Padding.SAME;
                case "valid" -> Padding.NONE;
                default -> unknownWord(name, words, word, List.of("same", "valid"), written);
            };
        }
        List<Integer> sizes = sizes(name, words, 0, written, List.of(1, 2, 4));
        if (sizes == null || sizes.size() < 4) {
            return sizes == null ? null : Padding.of(sizes.getFirst(), sizes.getLast());
        }
        return new Padding.Explicit(sizes.get(0), sizes.get(1), sizes.get(2), sizes.get(3));
    }

    /** The numbers of {@code 3}, {@code 3x5} or {@code [3, 5]}; null after an error. */
    private @Nullable List<Integer> sizes(
            String name, String words, int least, Ast.Expr written, List<Integer> counts) {
        Const value = folder.fold(written);
        List<Const> parts = switch (value) {
            case Const.Extents(List<Integer> sizes) ->
                sizes.stream().<Const>map(s -> new Const.Num(Dim.of(s))).toList();
            case Const.Items(List<Const> elements) when elements.size() > 1 -> elements;
            default -> List.of(value);
        };
        if (!counts.contains(parts.size())) {
            return wrong(name, words, value, written);
        }
        List<Integer> numbers = new ArrayList<>();
        for (Const part : parts) {
            Integer number = whole(name, words, least, part, written);
            if (number == null) {
                return null;
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** The constant of an enum whose name is written in lower case; null after an error. */
    private <E extends Enum<E>> @Nullable E oneOf(String name, String words, Class<E> type, Ast.Expr written) {
        List<String> all = Stream.of(type.getEnumConstants())
                .map(e -> e.name().toLowerCase(Locale.ROOT))
                .toList();
        String word = word(written);
        if (word == null) {
            return wrong(name, words, folder.fold(written), written);
        }
        return all.contains(word)
                ? Enum.valueOf(type, word.toUpperCase(Locale.ROOT))
                : unknownWord(name, words, word, all, written);
    }

    /** Says that a word is none of those that there are. */
    <T> @Nullable T unknownWord(String name, String words, String word, List<String> all, Ast.Expr written) {
        log.add(Diagnostic.error(Code.WRONG_ARGUMENT, written.span(), name + " is " + words + ", not `" + word + "`")
                .fix(Log.didYouMean(word, "words", all)));
        return null;
    }
}
