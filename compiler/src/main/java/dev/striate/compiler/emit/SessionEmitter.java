package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.striate.compiler.emit.StepForm.Ref;
import dev.striate.compiler.emit.StepForm.Text;
import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.NodeSet;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final String name;
    private final Blocks blocks;
    private final Kernels kernels;
    private final Map<String, String> outputs = new HashMap<>();
    private final NodeMap<BlockForm.Place> places = new NodeMap<>();
    /** The gradients and new running statistics, which lie where the parameter does that they belong to. */
    private final NodeMap<Result> updates = new NodeMap<>();

    private final List<MethodSpec> accessors = new ArrayList<>();
    private final NodeSet owned = new NodeSet();
    private final Part session;
    private final Instances instances;

    private SessionEmitter(
            String name, Graph graph, Dimensions dimensions, Blocks blocks, Kernels kernels, String file) {
        this.graph = graph;
        this.dimensions = dimensions;
        this.file = file;
        this.name = name;
        this.blocks = blocks;
        this.kernels = kernels;
        this.session = new Part(file, names(dimensions, kernels));
        this.instances = new Instances(session, loopVariable(dimensions));
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Op op) {
                List<Node> inputs = node.inputs();
                owned.addAll(inputs.subList(op.spec().data(node).size(), inputs.size()));
            }
        }
        for (Result result : graph.results()) {
            if (isUpdate(result)) {
                Result other = updates.put(result.node(), result);
                if (other != null) {
                    throw new IllegalStateException(other.name() + " and " + result.name() + " have one gradient");
                }
            }
        }
    }

    private static String loopVariable(Dimensions dimensions) {
        Names sizes = new Names("b", "n");
        dimensions.names().forEach(d -> sizes.reserve(Dim.variable(d)));
        return sizes.unique("i", "");
    }

    private boolean isTraining() {
        return !updates.isEmpty();
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
     * @param blocks the classes of the net's calls of blocks, to which those of this session are added
     * @param kernels what describes kernels. Its factories are imported statically: an accessor of that name would hide
     *     one. All sessions get those of the whole file, so that a value has one name in all of them
     * @param file what the comments call the source
     */
    static TypeSpec emit(
            String name,
            CodeBlock doc,
            Graph graph,
            Dimensions dimensions,
            Blocks blocks,
            Kernels kernels,
            String file) {
        return new SessionEmitter(name, graph, dimensions, blocks, kernels, file).build(doc);
    }

    /** Names for the fields of a class, different from all that its methods see. */
    static Names names(Dimensions dimensions, Kernels kernels) {
        Names names = new Names(RESERVED);
        dimensions.names().forEach(d -> names.reserve(Dim.variable(d)));
        kernels.factories().forEach(f -> names.reserve(f.name()));
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
        instances.flush();
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
        CodeBlock recording = session.recording(type, parameters(dimensions));
        CodeBlock running = session.running(type);
        return type.addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameters(parameters(dimensions))
                        .addCode(constructor.add(recording).add("b.bind();\n").build())
                        .build())
                .addMethods(accessors)
                .addMethod(MethodSpec.methodBuilder("steps")
                        .addAnnotation(Override.class)
                        .addModifiers(Modifier.PROTECTED)
                        .addCode(running)
                        .build())
                .build();
    }

    /** What constructors take: the binder, the batch and the sizes. */
    private static List<ParameterSpec> parameters(Dimensions dimensions) {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.builder(JavaEmitter.BINDER, "b").build());
        all.addAll(sizes(dimensions));
        return all;
    }

    /** The batch and the symbolic sizes. */
    static List<ParameterSpec> sizes(Dimensions dimensions) {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.builder(int.class, "n").build());
        all.addAll(JavaEmitter.sizes(dimensions));
        return all;
    }

    // ---- groups

    /** Steps that stand in the session itself, or an instance of a class for them. */
    private void group(Grouping.Group group) {
        if (group.name() == null) {
            instances.flush();
            group.steps().forEach(this::step);
            return;
        }
        BlockForm.Call call = new BlockForm.Reader(group, this).read();
        Instance instance = new Instance(blocks.of(call, isTraining() ? "Training" : ""), call, group);
        for (int i = 0; i < group.steps().size(); i++) {
            places.put(
                    group.steps().get(i),
                    new BlockForm.Place(instance, instance.type().step(i)));
        }
        instances.add(instance);
    }

    /** The gradient or new statistic that a step computes; null when it computes another value. */
    @Nullable
    Result update(Node step) {
        return updates.get(step);
    }

    /** What describes kernels. */
    Kernels kernels() {
        return kernels;
    }

    /** Where the result of an earlier step is found; null for a parameter, which the binder gives by its path. */
    BlockForm.@Nullable Place placeOrNull(Node node) {
        return node.isStored() && owned.contains(node) ? null : place(node);
    }

    /** Where the result of an earlier step is found. */
    BlockForm.Place place(Node node) {
        return Objects.requireNonNull(places.get(node), node.path());
    }

    // ---- statements

    /** What must hold for a size, before anything is recorded with it. */
    private void condition(Condition c) {
        Fragment call =
                new Fragment().text("require(").text(c.toJava()).text(", ").string(c.text());
        c.dim().symbols().forEach(symbol -> call.text(", ").string(symbol));
        Span span = c.origin().span();
        session.tell(call.text(")"), JavaEmitter.fileName(span.file().name()), span.line());
    }

    private void input(Node node) {
        boolean isLabel = node.type().element() instanceof ClassIndex;
        Fragment call = new Fragment().text(isLabel ? "label(" : "input(").string(node.path());
        if (node.type().element() instanceof ClassIndex label) {
            call.text(", " + label.classes());
        }
        node.shape().dims().forEach(d -> call.text(", ").text(d.toJava()));
        call.text(")");
        String field = session.field(JavaEmitter.INPUT, session.names.unique(node.path(), "Input"));
        places.put(node, new BlockForm.Place(null, field));
        record(field, call, node.origin().span());
        String kind = node.operation() instanceof Source.Label ? "Label" : "Input";
        accessor(JavaEmitter.INPUT, field, CodeBlock.of("$L {@code $L} $L.", kind, node.path(), node.type()));
    }

    private void step(Node node) {
        StepForm form = StepForm.of(node, kernels, updates.get(node), Text::whole, this::ref);
        String field = session.names.unique(form.field(), "Step");
        session.field(form.isLearned() ? JavaEmitter.VALUE : JavaEmitter.STEP, field);
        session.record(field, form.render(SessionEmitter::unknown), form.file(), form.line());
        places.put(node, new BlockForm.Place(null, field));
        if (!form.isLearned()) {
            session.run(field);
        }
    }

    /** How the session itself reaches an operand. */
    private Ref ref(Node node) {
        BlockForm.Place place = placeOrNull(node);
        return place == null ? new Ref.Parameter(Text.whole(node.path())) : new Ref.Named(place.fromSession());
    }

    private static String unknown(Ref ref) {
        throw new IllegalArgumentException("a session is given nothing: " + ref);
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
            Fragment call = new Fragment()
                    .text("output(")
                    .string(result.name())
                    .text(", " + place(result.node()).fromSession() + ")");
            record(field, call, result.origin().span());
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

    private void record(String field, Fragment call, Span span) {
        session.record(field, call, JavaEmitter.fileName(span.file().name()), span.line());
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
