package dev.striate.compiler.emit;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import dev.striate.core.init.Init;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One step as it is written, apart from where its class gets paths and operands from. Steps of two calls of a block are
 * written alike exactly when their forms are equal.
 *
 * @param path its path, or that of the parameter whose gradient or new value it computes
 * @param owner whose parameters it uses; null when it has parameters of its own, or none
 * @param method what the binder calls such a step
 * @param what the description of its kernel, or a {@link Learned} tensor
 * @param operands what it reads
 * @param file the source, as messages name it
 * @param line the line in it
 */
record StepForm(
        Text path, @Nullable Text owner, String method, Object what, List<Ref> operands, String file, int line) {
    /** A path: whole, or what follows the path of the call, apart from the number of a use of shared weights. */
    record Text(boolean relative, String rest, boolean used) {
        /** A path that stands there whole. */
        static Text whole(String path) {
            return new Text(false, path, false);
        }

        private void render(Fragment to) {
            if (!relative) {
                to.string(rest);
                return;
            }
            to.text("path");
            if (!rest.isEmpty()) {
                to.text(" + ").string(rest);
            }
            if (used) {
                to.text(" + use");
            }
        }
    }

    /** What a step reads. */
    sealed interface Ref {
        /** The result of an earlier step of the same class, by its place there. */
        record Local(int index) implements Ref {}

        /** A value that the class is given. */
        record Given(int index) implements Ref {}

        /** A step of an instance that the class is given. */
        record Through(int index, String step) implements Ref {}

        /** What has this name in the session. */
        record Named(String name) implements Ref {}

        /** A parameter that an earlier step declares. */
        record Parameter(Text path) implements Ref {}
    }

    /** A learned tensor that belongs to no layer. */
    record Learned(Init init, Shape shape) {}

    /**
     * The form of a step.
     *
     * @param kernels what describes kernels
     * @param update the gradient or new statistic that it computes; null when it computes another value
     * @param text how paths are written
     * @param ref how operands are reached
     */
    static StepForm of(
            Node node, Kernels kernels, @Nullable Result update, Function<String, Text> text, Function<Node, Ref> ref) {
        String file = JavaEmitter.fileName(node.origin().span().file().name());
        int line = node.origin().span().line();
        if (node.operation() instanceof Source.Param param) {
            Learned learned = new Learned(param.init(), node.shape());
            return new StepForm(text.apply(node.path()), null, "learned", learned, List.of(), file, line);
        }
        Op op = Op.of(node);
        List<Node> data = op.spec().data(node);
        String owner = owner(node, data.size());
        return new StepForm(
                text.apply(update == null ? node.path() : update.name()),
                owner == null ? null : text.apply(owner),
                owner == null ? method(update) : "shared",
                kernels.of(node),
                data.stream().map(ref).toList(),
                file,
                line);
    }

    /** The layer whose parameters a step reads behind its data; null when there are none, or it is that layer. */
    private static @Nullable String owner(Node node, int data) {
        if (data == node.inputs().size()) {
            return null;
        }
        String param = node.input(data).path();
        String layer = param.substring(0, param.lastIndexOf('.'));
        return layer.equals(node.path()) ? null : layer;
    }

    private static String method(@Nullable Result update) {
        if (update == null) {
            return "step";
        }
        return update.kind() == Kind.STATE ? "state" : "gradient";
    }

    /** What its field is called: its path, within the class that it stands in. */
    String field() {
        String own = path.relative && !path.rest.isEmpty() ? path.rest.substring(1) : path.rest;
        return (own.isEmpty() ? "step" : own) + (method.equals("gradient") ? ".grad" : "");
    }

    boolean isLearned() {
        return what instanceof Learned;
    }

    /** The variables of batch and sizes that its description names. */
    Set<String> variables() {
        Set<String> symbols = new TreeSet<>();
        if (what instanceof Learned learned) {
            learned.shape.dims().forEach(d -> symbols.addAll(d.symbols()));
        } else {
            symbols((KernelCall) what, symbols);
        }
        Set<String> variables = new TreeSet<>();
        symbols.forEach(s -> variables.add(Dim.variable(s)));
        return variables;
    }

    private static void symbols(KernelCall call, Set<String> into) {
        List<Object> args = new ArrayList<>(call.args());
        call.options().forEach(o -> args.addAll(o.args()));
        for (Object arg : args) {
            switch (arg) {
                case Dim dim -> into.addAll(dim.symbols());
                case Shape shape -> shape.dims().forEach(d -> into.addAll(d.symbols()));
                case KernelCall inner -> symbols(inner, into);
                default -> {}
            }
        }
    }

    /** The call of the binder. {@code names} says what an operand is called in the class where it stands. */
    Fragment render(Function<Ref, String> names) {
        Fragment code = new Fragment().text(method).text("(");
        path.render(code);
        if (owner != null) {
            owner.render(code.text(", "));
        }
        if (what instanceof Learned(Init init, Shape shape)) {
            Calls.init(init, code.text(", "));
            shape.dims().forEach(d -> code.text(", ").text(d.toJava()));
        } else {
            Calls.render((KernelCall) what, code.text(", "));
        }
        for (Ref operand : operands) {
            code.text(", ");
            switch (operand) {
                case Ref.Parameter(Text parameter) -> {
                    parameter.render(code.text("b.param("));
                    code.text(")");
                }
                case Ref.Named(String field) -> code.text(field);
                default -> code.text(names.apply(operand));
            }
        }
        return code.text(")");
    }
}
