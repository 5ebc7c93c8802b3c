package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The nested class for one graph: its constructor records the program, {@code steps} runs it. */
final class SessionEmitter {
    /** The constructor's parameters, and the methods without parameters that every session inherits. */
    private static final String[] RESERVED = {
        "b",
        "n",
        "run",
        "steps",
        "close",
        "bytes",
        "gradients",
        "inputNames",
        "outputNames",
        "getClass",
        "hashCode",
        "toString",
        "notify",
        "notifyAll",
        "wait",
        "clone",
        "finalize"
    };

    private final Graph graph;
    private final Dimensions dimensions;
    private final String file;
    private final Names names = new Names(RESERVED);
    private final Map<String, String> outputs = new HashMap<>();
    private final Map<Node, String> fields = new HashMap<>();
    /** The gradients and new running statistics, which lie where the parameter does that they belong to. */
    private final Map<Node, Result> updates = new HashMap<>();

    private final List<FieldSpec> declarations = new ArrayList<>();
    private final List<MethodSpec> accessors = new ArrayList<>();
    private final List<CodeBlock> recorded = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private final CodeBlock.Builder run = CodeBlock.builder();

    private SessionEmitter(Graph graph, Dimensions dimensions, String file) {
        this.graph = graph;
        this.dimensions = dimensions;
        this.file = file;
        dimensions.names().forEach(d -> names.reserve(Dim.variable(d)));
        for (Result result : graph.results()) {
            if (isUpdate(result)) {
                Result other = updates.put(result.node(), result);
                if (other != null) {
                    throw new IllegalStateException(other.name() + " and " + result.name() + " have one gradient");
                }
            }
        }
    }

    private static boolean isUpdate(Result result) {
        return result.kind() == Kind.GRADIENT || result.kind() == Kind.STATE;
    }

    /**
     * The class.
     *
     * @param name its name
     * @param doc its Javadoc
     * @param dimensions those of the whole net, whose sizes every session is given
     * @param factories what is imported statically: an accessor of that name would hide it. All sessions get those of
     *     the whole file, so that a value has one name in all of them
     * @param file what the comments call the source
     */
    static TypeSpec emit(
            String name, CodeBlock doc, Graph graph, Dimensions dimensions, Set<Calls.Factory> factories, String file) {
        SessionEmitter emitter = new SessionEmitter(graph, dimensions, file);
        factories.forEach(f -> emitter.names.reserve(f.name()));
        return emitter.build(name, doc);
    }

    private TypeSpec build(String name, CodeBlock doc) {
        // Whoever uses the class meets inputs and outputs by their own names; steps of the same name get another.
        graph.results().stream()
                .filter(this::isRead)
                .forEach(r -> outputs.put(r.name(), names.unique(r.name(), "Output")));
        dimensions.conditions().forEach(this::condition);
        graph.nodes().forEach(this::record);
        graph.results().forEach(this::output);
        CodeBlock.Builder constructor =
                CodeBlock.builder().add("super(b.format($L).source($S)", JavaEmitter.FORMAT, file);
        dimensions.names().forEach(d -> constructor.add(".size($S, $L)", d, Dim.variable(d)));
        constructor.add(");\n");
        comment(constructor);
        constructor.add("b.bind();\n");
        return TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .superclass(JavaEmitter.SESSION)
                .addJavadoc(doc)
                .addFields(declarations)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(JavaEmitter.BINDER, "b")
                        .addParameter(int.class, "n")
                        .addParameters(JavaEmitter.sizes(dimensions))
                        .addCode(constructor.build())
                        .build())
                .addMethods(accessors)
                .addMethod(MethodSpec.methodBuilder("steps")
                        .addAnnotation(Override.class)
                        .addModifiers(Modifier.PROTECTED)
                        .addCode(run.build())
                        .build())
                .build();
    }

    /** What must hold for a size, before anything is recorded with it. */
    private void condition(Condition c) {
        CodeBlock.Builder call = CodeBlock.builder();
        int line = c.origin().span().line();
        call.add("b.at($L).require($L, $S", line, c.toJava(), c.text());
        c.dim().symbols().forEach(symbol -> call.add(", $S", symbol));
        recorded.add(call.add(")").build());
        lines.add(line);
    }

    /** Every recorded statement, with its line of the source behind it where that changes. */
    private void comment(CodeBlock.Builder constructor) {
        int last = -1;
        for (int i = 0; i < recorded.size(); i++) {
            int line = lines.get(i);
            CodeBlock comment = line == last ? CodeBlock.of("") : CodeBlock.of(" // $L:$L", file, line);
            constructor.add("$L;$L\n", recorded.get(i), comment);
            last = line;
        }
    }

    private void record(Node node) {
        if (node.operation() instanceof Source source) {
            switch (source) {
                case Source.Input input -> input(node);
                case Source.Label label -> input(node);
                case Source.Param param -> {} // the step that owns it declares it
                case Source.State state -> {}
            }
        } else {
            step(node);
        }
    }

    private void input(Node node) {
        CodeBlock shape = CodeBlock.join(
                node.shape().dims().stream()
                        .map(d -> CodeBlock.of("$L", d.toJava()))
                        .toList(),
                ", ");
        CodeBlock call = node.type().element() instanceof ClassIndex label
                ? CodeBlock.of("label($S, $L, $L)", node.path(), label.classes(), shape)
                : CodeBlock.of("input($S, $L)", node.path(), shape);
        String field = declare(JavaEmitter.INPUT, names.unique(node.path(), "Input"));
        fields.put(node, field);
        statement(field, node.origin().span().line(), call);
        String kind = node.operation() instanceof Source.Label ? "Label" : "Input";
        accessor(JavaEmitter.INPUT, field, CodeBlock.of("$L {@code $L} $L.", kind, node.path(), node.type()));
    }

    private void step(Node node) {
        Op op = Op.of(node);
        List<CodeBlock> args = new ArrayList<>();
        Result update = updates.get(node);
        args.add(CodeBlock.of("$S", update != null ? update.name() : node.path()));
        args.add(Calls.render(op.spec().kernel(node)));
        op.spec().data(node).forEach(x -> args.add(operand(x)));
        String field = declare(JavaEmitter.STEP, names.unique(node.path(), "Step"));
        fields.put(node, field);
        statement(
                field, node.origin().span().line(), CodeBlock.of("$L($L)", method(update), CodeBlock.join(args, ", ")));
        run.add("$L.run();\n", field);
    }

    /** What the binder calls a step with such a result. */
    private static String method(@Nullable Result update) {
        if (update == null) {
            return "step";
        }
        return update.kind() == Kind.STATE ? "state" : "gradient";
    }

    private CodeBlock operand(Node node) {
        return node.isStored() ? CodeBlock.of("b.param($S)", node.path()) : CodeBlock.of("$L", fields.get(node));
    }

    /** Whether the user of the net reads a result. An objective that is a loss by itself is read as that loss. */
    private boolean isRead(Result result) {
        return switch (result.kind()) {
            case GRADIENT, STATE -> false;
            case OBJECTIVE ->
                graph.results(Kind.LOSS).stream().noneMatch(l -> l.name().equals(result.name()));
            default -> true;
        };
    }

    private void output(Result result) {
        if (isRead(result)) {
            String field = declare(JavaEmitter.OUTPUT, Objects.requireNonNull(outputs.get(result.name())));
            statement(
                    field,
                    result.origin().span().line(),
                    CodeBlock.of("output($S, $L)", result.name(), operand(result.node())));
            String kind = switch (result.kind()) {
                case OUTPUT -> "Output";
                case LOSS -> "Loss";
                case OBJECTIVE -> "Objective";
                default -> "Metric";
            };
            String shape =
                    result.node().shape().rank() == 0 ? "" : " " + result.node().shape();
            accessor(
                    JavaEmitter.OUTPUT,
                    field,
                    CodeBlock.of("$L {@code $L}$L, of the last run.", kind, result.name(), shape));
        }
    }

    private String declare(ClassName type, String field) {
        declarations.add(
                FieldSpec.builder(type, field, Modifier.PRIVATE, Modifier.FINAL).build());
        return field;
    }

    private void statement(String field, int line, CodeBlock call) {
        recorded.add(CodeBlock.of("$L = b.at($L).$L", field, line, call));
        lines.add(line);
    }

    private void accessor(ClassName type, String field, CodeBlock doc) {
        accessors.add(MethodSpec.methodBuilder(field)
                .addModifiers(Modifier.PUBLIC)
                .returns(type)
                .addJavadoc(doc)
                .addStatement("return $L", field)
                .build());
    }
}
