package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.ParamSpec;
import dev.striate.compiler.op.ShapeError;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns one use of an operator into nodes: its parameters, then the operator itself. */
final class LayerLowering {
    /**
     * One use of an operator.
     *
     * @param incoming the value along the chain; null when the first argument is meant
     * @param path the path of the layer
     * @param span what was written
     */
    record Use(OpSpec<?> spec, List<Ast.Arg> args, @Nullable Value incoming, String path, Span span) {}

    private final NetBuilder net;
    private final Log log;

    LayerLowering(NetBuilder net, Log log) {
        this.net = net;
        this.log = log;
    }

    /** The value that it computes; unknown after an error. {@code values} evaluates arguments that are values. */
    Value lower(Use use, Scope scope, Function<Ast.Expr, Value> values) {
        OpSpec<?> spec = use.spec;
        Value incoming = use.incoming;
        boolean begins = spec.operands().isEmpty();
        if (incoming == null && !begins && !beginsWithValue(use.args, scope)) {
            log.add(Diagnostic.error(Code.NO_VALUE, use.span, "`" + spec.name() + "` has no value to work on")
                    .fix("begin the chain with a value: `image -> " + use.span.text() + "`"));
            incoming = Value.UNKNOWN;
        }
        List<String> operands = spec.operands()
                .subList(incoming == null || begins ? 0 : 1, spec.operands().size());
        List<String> names = new ArrayList<>(operands);
        spec.attrs().forEach(a -> names.add(a.name()));
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(spec.name(), names, use.args, log);
        List<Value> data = new ArrayList<>();
        if (incoming != null && !begins) {
            data.add(incoming);
        }
        for (String operand : operands) {
            if (bound.containsKey(operand) || !spec.isVariadic()) { // the type rule says when there are too few
                data.add(operand(use, operand, bound.get(operand), values));
            }
        }
        Args args = attributes(use, bound, new ArgumentValues(scope, log));
        boolean usable =
                bound.size() == use.args.size() && data.stream().allMatch(Value::isKnown) && takesLabels(use, data);
        return usable && args != null
                ? nodes(use, args, data.stream().map(Value::node).toList())
                : Value.UNKNOWN;
    }

    /** Whether the first argument can be a value, so that {@code f(a, b)} means {@code a -> f(b)}. */
    private static boolean beginsWithValue(List<Ast.Arg> args, Scope scope) {
        if (args.isEmpty()) {
            return false;
        }
        return switch (args.getFirst().value()) {
            case Ast.Num n -> false;
            case Ast.Extent e -> false;
            case Ast.ListLiteral l -> false;
            case Ast.Bool b -> false;
            case Ast.Ref r -> !(scope.find(r.name().text()) instanceof Entry.Constant);
            default -> args.getFirst().name() == null;
        };
    }

    private Value operand(Use use, String name, Ast.@Nullable Arg arg, Function<Ast.Expr, Value> values) {
        if (arg != null) {
            return values.apply(arg.value());
        }
        String kind = use.spec.category() == OpSpec.Category.LAYER ? "a value" : "a value or label";
        ArgumentBinder.missing(use.spec.name(), use.span, name, kind, log);
        return Value.UNKNOWN;
    }

    /** The attributes, or null after an error. */
    private @Nullable Args attributes(Use use, Map<String, Ast.Arg> bound, ArgumentValues values) {
        Map<String, Object> given = new HashMap<>();
        boolean complete = true;
        for (Attr attr : use.spec.attrs()) {
            Ast.Arg arg = bound.get(attr.name());
            if (arg != null) {
                Object value = values.convert(use.spec.name(), attr, arg.value());
                complete &= value != null;
                given.put(attr.name(), value == null ? "" : value);
            } else if (attr.required()) {
                ArgumentBinder.missing(
                        use.spec.name(), use.span, attr.name(), attr.kind().words(), log);
                complete = false;
            }
        }
        return complete ? new Args(use.spec, given) : null;
    }

    private boolean takesLabels(Use use, List<Value> data) {
        boolean isLayer = switch (use.spec.category()) {
            case LAYER, TRAINING_LAYER -> true;
            case LOSS, METRIC, INTERNAL -> false;
        };
        if (!isLayer || data.stream().noneMatch(Value::isLabel)) {
            return true;
        }
        Node label =
                data.stream().filter(Value::isLabel).findFirst().orElseThrow().node();
        log.add(Diagnostic.error(
                        Code.LABEL_AS_INPUT,
                        use.span,
                        "`" + use.spec.name() + "` cannot compute with the label `" + label.path()
                                + "`, which is not there when the net is used")
                .related(label.origin().span(), "declared as a label here")
                .fix("give the label to a loss or metric, or declare it as an `input`"));
        return false;
    }

    private Value nodes(Use use, Args args, List<Node> data) {
        Op op = use.spec.make(args);
        List<TensorType> types = data.stream().map(Node::type).toList();
        try {
            TensorType type = op.spec().type(op, types);
            if (tooLarge(type)) {
                return tooLarge(
                        use,
                        "one sample of the result of `" + use.spec.name() + "` has the shape " + type.shape() + " and");
            }
            List<Node> inputs = new ArrayList<>(data);
            for (ParamSpec param : op.spec().params(op, types)) {
                inputs.add(param(use, param));
            }
            return new Value(net.add(new Node(op, inputs, type, use.path, new Origin.Source(use.span))));
        } catch (ShapeError error) {
            log.add(new ShapeDiagnostics(net).describe(error, use.span, data));
            return Value.UNKNOWN;
        } catch (IllegalArgumentException | ArithmeticException overflow) { // a size of a parameter beyond an int
            return tooLarge(use, "a parameter of `" + use.spec.name() + "`");
        }
    }

    private static boolean tooLarge(TensorType type) {
        return type.shape().elements().eval(Map.of("N", 1L)).compareTo(Rational.of(Integer.MAX_VALUE)) > 0;
    }

    private Value tooLarge(Use use, String what) {
        log.add(Diagnostic.error(
                        Code.TOO_MANY_ELEMENTS,
                        use.span,
                        what + " would have more than " + Integer.MAX_VALUE + " elements")
                .fix("make the layer, or what it is given, smaller"));
        return Value.UNKNOWN;
    }

    private Node param(Use use, ParamSpec param) {
        Shape shape =
                Shape.of(Arrays.stream(param.shape().toArray()).asLongStream().toArray());
        return net.add(new Node(
                new Source.Param(param.init()),
                List.of(),
                TensorType.f32(shape),
                use.path + "." + param.name(),
                new Origin.Source(use.span)));
    }
}
