package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.ReshapeOp;
import dev.striate.compiler.op.ShapeError;
import dev.striate.compiler.op.Signatures;
import dev.striate.compiler.op.Signatures.Owned;
import dev.striate.compiler.op.Signatures.Signature;
import dev.striate.compiler.op.SliceOp;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns one use of an operator into nodes: its parameters, then the operator itself. */
final class LayerLowering {
    /** What aligns shapes from the left. */
    private static final Set<String> BROADCASTING = Set.of("mul", "div", "plus", "minus", "times", "over");

    private final Lowering parts;
    private final NetBuilder net;
    private final Log log;
    private final Signatures signatures = new Signatures();

    LayerLowering(Lowering parts) {
        this.parts = parts;
        this.net = parts.net();
        this.log = parts.log();
    }

    /** The value that the use of an operator computes; unknown after an error. */
    Value lower(OpSpec<?> spec, CallLowering.Use use, Frame frame) {
        List<Value> data = new ArrayList<>();
        if (use.incoming() != null) {
            data.addAll(use.incoming().parts());
        } else if (!spec.operands().isEmpty() && !beginsWithValue(use.args(), frame.scope())) {
            noValue(spec, use);
            data.add(Value.unknown());
        }
        if (spec.isVariadic()) {
            return merge(spec, use, data, frame);
        }
        if (data.size() > spec.operands().size()) {
            tooMany(spec, use, data.size());
            return Value.unknown();
        }
        List<String> operands =
                spec.operands().subList(data.size(), spec.operands().size());
        List<String> names = new ArrayList<>(operands);
        spec.attrs().forEach(a -> names.add(a.name()));
        names.addAll(spec.optionalOperands());
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(spec.name(), names, use.args(), log);
        for (String operand : operands) {
            data.add(operand(spec, use, operand, bound.get(operand), frame));
        }
        for (String optional : spec.optionalOperands()) {
            Ast.Arg given = bound.get(optional);
            if (given != null) {
                data.add(parts.expressions().value(given.value(), frame));
            }
        }
        return lower(spec, use, bound, data, bound.size() == use.args().size(), frame);
    }

    private void noValue(OpSpec<?> spec, CallLowering.Use use) {
        log.add(Diagnostic.error(Code.NO_VALUE, use.span(), "`" + spec.name() + "` has no value to work on")
                .fix("begin the chain with a value: `image -> " + use.span().text() + "`"));
    }

    /** An operator on any number of values: what comes in, and all arguments without a name. */
    private Value merge(OpSpec<?> spec, CallLowering.Use use, List<Value> data, Frame frame) {
        List<Ast.Arg> named = new ArrayList<>();
        for (Ast.Arg arg : use.args()) {
            if (arg.name() == null) {
                data.addAll(parts.expressions().value(arg.value(), frame).parts());
            } else {
                named.add(arg);
            }
        }
        if (data.isEmpty()) { // all arguments have names
            noValue(spec, use);
            return Value.unknown();
        }
        List<String> names = spec.attrs().stream().map(Attr::name).toList();
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(spec.name(), names, named, log);
        return lower(spec, use, bound, data, bound.size() == named.size(), frame);
    }

    private Value lower(
            OpSpec<?> spec,
            CallLowering.Use use,
            Map<String, Ast.Arg> bound,
            List<Value> data,
            boolean understood,
            Frame frame) {
        Args args = attributes(spec, use, bound, frame);
        boolean usable =
                understood && data.stream().allMatch(v -> single(v, spec, use)) && takesLabels(spec, use, data, frame);
        return usable && args != null && net.step(use.span())
                ? nodes(
                        spec.make(args),
                        use.path(),
                        use.span(),
                        data.stream()
                                .map(v -> aligned(spec, v.node(), use, frame))
                                .toList(),
                        frame)
                : Value.unknown();
    }

    private void tooMany(OpSpec<?> spec, CallLowering.Use use, int count) {
        int takes = spec.operands().size();
        log.add(Diagnostic.error(
                        Code.VALUE_COUNT,
                        use.span(),
                        count + " values come in, and `" + spec.name() + "` takes " + (takes == 1 ? "one" : takes))
                .fix("name them and choose: `let a, b = …`"));
    }

    private boolean single(Value value, OpSpec<?> spec, CallLowering.Use use) {
        if (value instanceof Value.Many many && many.isKnown()) {
            tooMany(spec, use, many.parts().size());
        }
        return value instanceof Value.One;
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
            case Ast.Text t -> false;
            case Ast.Ref r -> !(scope.find(r.name().text()) instanceof Entry.Constant);
            default -> args.getFirst().name() == null;
        };
    }

    private Value operand(OpSpec<?> spec, CallLowering.Use use, String name, Ast.@Nullable Arg arg, Frame frame) {
        if (arg != null) {
            return parts.expressions().value(arg.value(), frame);
        }
        String kind = spec.category() == Category.LAYER ? "a value" : "a value or label";
        ArgumentBinder.missing(spec.name(), use.span(), name, kind, log);
        return Value.unknown();
    }

    /** The attributes, or null after an error. */
    private @Nullable Args attributes(OpSpec<?> spec, CallLowering.Use use, Map<String, Ast.Arg> bound, Frame frame) {
        Map<String, Object> given = new HashMap<>();
        boolean complete = true;
        for (Attr attr : spec.attrs()) {
            Ast.Arg arg = bound.get(attr.name());
            Scope.Given standard = arg == null ? frame.scope().defaultOf(spec.name(), attr.name()) : null;
            Ast.Arg written = standard == null ? arg : standard.arg();
            if (written != null) {
                Scope scope =
                        standard == null ? frame.scope() : standard.frame().scope();
                Object value = new ArgumentValues(scope, log).convert(spec.name(), attr, written.value());
                complete &= value != null;
                given.put(attr.name(), value == null ? "" : value);
            } else if (attr.required()) {
                ArgumentBinder.missing(
                        spec.name(), use.span(), attr.name(), attr.kind().words(), log);
                complete = false;
            }
        }
        return complete ? new Args(spec, given) : null;
    }

    /** In a net a layer that computes with a label is refused where it stands; in a block, its use is at the output. */
    private boolean takesLabels(OpSpec<?> spec, CallLowering.Use use, List<Value> data, Frame frame) {
        boolean isLayer = switch (spec.category()) {
            case LAYER, TRAINING_LAYER -> true;
            case LOSS, METRIC, INTERNAL -> false;
        };
        if (!isLayer || frame.terms() || data.stream().noneMatch(Value::isLabel)) {
            return true;
        }
        Node label =
                data.stream().filter(Value::isLabel).findFirst().orElseThrow().node();
        log.add(Diagnostic.error(
                        Code.LABEL_AS_INPUT,
                        use.span(),
                        "`" + spec.name() + "` cannot compute with the label `" + label.path()
                                + "`, which is not there when the net is used")
                .related(label.origin().span(), "declared as a label here")
                .fix("give the label to a loss or metric, or declare it as an `input`"));
        return false;
    }

    // ---- nodes

    /** Where shapes are aligned from the left, a learned tensor has an axis for the batch before its own. */
    private Node aligned(OpSpec<?> spec, Node operand, CallLowering.Use use, Frame frame) {
        if (!operand.isParam() || !BROADCASTING.contains(spec.name())) {
            return operand;
        }
        String path = net.fresh("reshape", frame.place());
        return nodes(ReshapeOp.withBatchAxis(operand.shape()), path, use.span(), List.of(operand), frame)
                .node();
    }

    /** The value of an operator on data; unknown after an error. */
    Value nodes(Op op, String path, Span span, List<Node> data, Frame frame) {
        List<TensorType> types = data.stream().map(Node::type).toList();
        try {
            Signature signature = signatures.of(op, types);
            if (signature.isTooLarge()) {
                Shape shape = signature.result().shape();
                return tooLarge(
                        span, "one sample of the result of `" + op.name() + "` has the shape " + shape + " and");
            }
            List<Node> inputs = new ArrayList<>(data);
            for (Owned param : signature.params()) {
                Node owned = learned(path + "." + param.name(), param, span, frame);
                if (owned == null) {
                    return Value.unknown();
                }
                inputs.add(owned);
            }
            String name = CallLowering.used(path, frame);
            return Value.of(net.add(new Node(signature.op(), inputs, signature.result(), name, net.origin(span))));
        } catch (ShapeError error) {
            log.add(new ShapeDiagnostics(net).describe(error, span, data));
            return Value.unknown();
        } catch (IllegalArgumentException | ArithmeticException overflow) { // a size of a parameter beyond an int
            return tooLarge(span, "a parameter of `" + op.name() + "`");
        }
    }

    private Value tooLarge(Span span, String what) {
        log.add(Diagnostic.error(
                        Code.TOO_MANY_ELEMENTS, span, what + " would have more than " + Integer.MAX_VALUE + " elements")
                .fix("make the layer, or what it is given, smaller"));
        return Value.unknown();
    }

    /** A learned tensor at {@code path}; where weights are shared, the one that is there already. Null after an error. */
    @Nullable
    Node learned(String path, Owned param, Span span, Frame frame) {
        Node node = net.owned(
                path,
                frame.place().use() > 1,
                () -> new Node(param.source(), List.of(), param.type(), path, net.origin(span)));
        if (!node.shape().equals(param.type().shape())) {
            log.add(Diagnostic.error(
                            Code.SHARED_SHAPE,
                            span,
                            "the shared parameter `" + path + "` has the shape " + node.shape()
                                    + ", and this use needs " + param.type().shape())
                    .related(node.origin().span(), "used here first")
                    .fix("give every use the same channels, or declare a second `shared` layer"));
            return null;
        }
        return node;
    }

    /** A value without operands, such as {@code normal(0, 1)}, of a shape that is told elsewhere. */
    Value source(OpSpec<?> spec, Ast.Call call, Shape shape, String path, Frame frame) {
        List<String> names = spec.attrs().stream()
                .map(Attr::name)
                .filter(n -> !n.equals("shape"))
                .toList();
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(spec.name(), names, call.args(), log);
        Map<String, Object> given = new HashMap<>(Map.of("shape", shape.dims()));
        for (Attr attr : spec.attrs()) {
            Ast.Arg arg = bound.get(attr.name());
            Object value =
                    arg == null ? null : new ArgumentValues(frame.scope(), log).convert(spec.name(), attr, arg.value());
            if (value != null) {
                given.put(attr.name(), value);
            }
        }
        return nodes(spec.make(new Args(spec, given)), path, call.span(), List.of(), frame);
    }

    /** The elements of a value from one place of an axis up to another. */
    Value slice(Node x, int axis, Dim from, Dim to, String path, Span span, Frame frame) {
        return nodes(SliceOp.of(axis, from, to), path, span, List.of(x), frame);
    }
}
