package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
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
import java.util.stream.Collectors;
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

    /** What nested classes of a session may not be called: types that its code names. */
    private static final String[] TYPES = {
        "Backend",
        "Binder",
        "Evaluation",
        "Init",
        "Input",
        "Net",
        "NetSession",
        "NetSpec",
        "Output",
        "Override",
        "Padding",
        "Recipe",
        "Rounding",
        "Session",
        "Step",
        "String",
        "Training",
        "Value",
        "Weights"
    };

    /** What a nested class calls its session. */
    private static final String NET = "net";

    private final Graph graph;
    private final Dimensions dimensions;
    private final String file;
    private final String name;
    private final Map<String, String> outputs = new HashMap<>();
    private final Map<Node, String> fields = new HashMap<>();
    /** The gradients and new running statistics, which lie where the parameter does that they belong to. */
    private final Map<Node, Result> updates = new HashMap<>();

    private final List<MethodSpec> accessors = new ArrayList<>();
    private final List<TypeSpec> nested = new ArrayList<>();
    private final Names types;
    private final Set<Node> owned;
    private final Part session;
    private Set<Calls.Factory> factories = Set.of();
    private Part part;
    private String prefix = "";
    private String within = "";

    private SessionEmitter(String name, Graph graph, Dimensions dimensions, String file) {
        this.graph = graph;
        this.dimensions = dimensions;
        this.file = file;
        this.name = name;
        this.types = new Names(TYPES);
        types.reserve(name);
        this.session = new Part(file, names());
        this.part = session;
        this.owned = graph.nodes().stream()
                .filter(n -> n.operation() instanceof Op)
                .flatMap(n -> n.inputs().stream().skip(Op.of(n).spec().data(n).size()))
                .collect(Collectors.toSet());
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
        SessionEmitter emitter = new SessionEmitter(name, graph, dimensions, file);
        emitter.factories = factories;
        factories.forEach(f -> emitter.session.names.reserve(f.name()));
        return emitter.build(doc);
    }

    /** Names for the fields of a class, different from all that its methods see. */
    private Names names() {
        Names names = new Names(RESERVED);
        dimensions.names().forEach(d -> names.reserve(Dim.variable(d)));
        factories.forEach(f -> names.reserve(f.name()));
        return names;
    }

    private TypeSpec build(CodeBlock doc) {
        // Whoever uses the class meets inputs and outputs by their own names; steps of the same name get another.
        graph.results().stream()
                .filter(this::isRead)
                .forEach(r -> outputs.put(r.name(), session.names.unique(r.name(), "Output")));
        dimensions.conditions().forEach(this::condition);
        List<Node> steps = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean isInput = node.isSource() && !node.isStored();
            if (isInput) {
                input(node);
            } else if (!node.isStored() || !owned.contains(node)) {
                steps.add(node);
            }
        }
        Grouping.of(steps).forEach(this::group);
        graph.results().forEach(this::output);
        return type(doc);
    }

    private TypeSpec type(CodeBlock doc) {
        TypeSpec.Builder type = TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .superclass(JavaEmitter.SESSION)
                .addJavadoc(doc)
                .addFields(session.fields());
        CodeBlock.Builder constructor =
                CodeBlock.builder().add("super(b.format($L).source($S)", JavaEmitter.FORMAT, file);
        dimensions.names().forEach(d -> constructor.add(".size($S, $L)", d, Dim.variable(d)));
        constructor.add(");\n");
        CodeBlock recording = session.recording(type, parameters());
        CodeBlock running = session.running(type);
        return type.addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameters(parameters())
                        .addCode(constructor.add(recording).add("b.bind();\n").build())
                        .build())
                .addMethods(accessors)
                .addMethod(MethodSpec.methodBuilder("steps")
                        .addAnnotation(Override.class)
                        .addModifiers(Modifier.PROTECTED)
                        .addCode(running)
                        .build())
                .addTypes(nested)
                .build();
    }

    /** What constructors take: the binder, the batch and the sizes. */
    private List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.builder(JavaEmitter.BINDER, "b").build());
        all.add(ParameterSpec.builder(int.class, "n").build());
        all.addAll(JavaEmitter.sizes(dimensions));
        return all;
    }

    // ---- groups

    /** Steps that stand in the session itself, or a class of their own. */
    private void group(Grouping.Group group) {
        if (group.name() == null) {
            group.steps().forEach(this::step);
            return;
        }
        String field = session.names.unique(group.name(), "Part");
        String simple = types.unique(typeName(group.name()), "Part");
        ClassName className = ClassName.get("", simple);
        int line = group.call() == null
                ? group.steps().getFirst().origin().span().line()
                : group.call().span().line();
        Part outer = part;
        part = new Part(file, names());
        part.names.reserve(NET);
        prefix = field + ".";
        within = group.call() == null ? "" : group.call().path() + ".";
        group.steps().forEach(this::step);
        nested.add(nested(simple, group, part));
        part = outer;
        prefix = "";
        within = "";
        session.field(className, field);
        CodeBlock arguments = CodeBlock.join(
                parameters().stream().map(p -> CodeBlock.of("$N", p)).toList(), ", ");
        session.record(CodeBlock.of("$L = new $T($L, this)", field, className, arguments), line);
        session.run(field);
    }

    private TypeSpec nested(String simple, Grouping.Group group, Part body) {
        TypeSpec.Builder type = TypeSpec.classBuilder(simple)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("$L", doc(group))
                .addFields(body.fields());
        List<ParameterSpec> all = parameters();
        all.add(ParameterSpec.builder(ClassName.get("", name), NET).build());
        CodeBlock recording = body.recording(type, all);
        return type.addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameters(all)
                        .addCode(recording)
                        .build())
                .addMethod(MethodSpec.methodBuilder("run")
                        .addModifiers(Modifier.PRIVATE)
                        .addCode(body.running(type))
                        .build())
                .build();
    }

    private String doc(Grouping.Group group) {
        if (group.call() == null) {
            return "A part of the steps.";
        }
        boolean backward = group.name() != null && group.name().endsWith(".backward");
        return "{@code " + group.call().path() + "}: " + group.call().block()
                + (backward ? ", its gradients" : "") + ", called at " + file + ":"
                + group.call().span().line() + ".";
    }

    private static String typeName(String path) {
        String identifier = Names.identifier(path);
        return Character.toUpperCase(identifier.charAt(0)) + identifier.substring(1);
    }

    // ---- statements

    /** What must hold for a size, before anything is recorded with it. */
    private void condition(Condition c) {
        CodeBlock.Builder call = CodeBlock.builder();
        int line = c.origin().span().line();
        call.add("b.at($L).require($L, $S", line, c.toJava(), c.text());
        c.dim().symbols().forEach(symbol -> call.add(", $S", symbol));
        session.record(call.add(")").build(), line);
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
        String field = session.field(JavaEmitter.INPUT, session.names.unique(node.path(), "Input"));
        fields.put(node, field);
        statement(session, field, node, call);
        String kind = node.operation() instanceof Source.Label ? "Label" : "Input";
        accessor(JavaEmitter.INPUT, field, CodeBlock.of("$L {@code $L} $L.", kind, node.path(), node.type()));
    }

    private void step(Node node) {
        String path = node.path();
        String field = part.names.unique(path.startsWith(within) ? path.substring(within.length()) : path, "Step");
        fields.put(node, prefix + field);
        if (node.operation() instanceof Source.Param param) {
            learned(node, param, field);
            return;
        }
        Op op = Op.of(node);
        List<CodeBlock> args = new ArrayList<>();
        Result update = updates.get(node);
        args.add(CodeBlock.of("$S", update != null ? update.name() : node.path()));
        String owner = owner(node);
        if (owner != null) {
            args.add(CodeBlock.of("$S", owner));
        }
        args.add(Calls.render(op.spec().kernel(node)));
        op.spec().data(node).forEach(x -> args.add(operand(x)));
        part.field(JavaEmitter.STEP, field);
        String method = owner != null ? "shared" : method(update);
        statement(part, field, node, CodeBlock.of("$L($L)", method, CodeBlock.join(args, ", ")));
        part.run(field);
    }

    /** A learned tensor that belongs to no layer. */
    private void learned(Node node, Source.Param param, String field) {
        List<CodeBlock> args = new ArrayList<>(List.of(CodeBlock.of("$S", node.path()), Calls.init(param.init())));
        node.shape().dims().forEach(d -> args.add(CodeBlock.of("$L", d.toJava())));
        part.field(JavaEmitter.VALUE, field);
        statement(part, field, node, CodeBlock.of("learned($L)", CodeBlock.join(args, ", ")));
    }

    /** The path of the layer whose parameters a step shares; null when it has parameters of its own, or none. */
    private static @Nullable String owner(Node node) {
        int at = node.path().lastIndexOf('@');
        boolean shares =
                at >= 0 && node.inputs().size() > Op.of(node).spec().data(node).size();
        return shares ? node.path().substring(0, at) : null;
    }

    /** What the binder calls a step with such a result. */
    private static String method(@Nullable Result update) {
        if (update == null) {
            return "step";
        }
        return update.kind() == Kind.STATE ? "state" : "gradient";
    }

    /** How the current part reaches a value: by its name, or by way of the session. */
    private CodeBlock operand(Node node) {
        if (node.isStored() && owned.contains(node)) {
            return CodeBlock.of("b.param($S)", node.path());
        }
        String path = Objects.requireNonNull(fields.get(node), node.path());
        if (prefix.isEmpty()) {
            return CodeBlock.of("$L", path);
        }
        return path.startsWith(prefix)
                ? CodeBlock.of("$L", path.substring(prefix.length()))
                : CodeBlock.of(NET + ".$L", path);
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
            String field = session.field(JavaEmitter.OUTPUT, Objects.requireNonNull(outputs.get(result.name())));
            session.record(
                    CodeBlock.of(
                            "$L = b.at($L).output($S, $L)",
                            field,
                            result.origin().span().line(),
                            result.name(),
                            operand(result.node())),
                    result.origin().span().line());
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

    private static void statement(Part into, String field, Node node, CodeBlock call) {
        int line = node.origin().span().line();
        into.record(CodeBlock.of("$L = b.at($L).$L", field, line, call), line);
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
