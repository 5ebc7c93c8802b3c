package dev.striate.picture;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.plan.Summary;
import dev.striate.picture.Box.Form;
import dev.striate.picture.Box.Pill;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes boxes with their texts. */
final class Boxes {
    /** Arguments go on in a further line when one would have more characters. */
    private static final int LINE = 26;

    private static final Map<String, String> SIGNS = Map.of(
            "add", "+", "plus", "+", "minus", "\u2212", "mul", "\u00d7", "times", "\u00d7", "div", "\u00f7", "over",
            "\u00f7");

    private final Map<String, Long> sizes;
    private final boolean sized;
    private final Set<Node> inference;

    /**
     * For a graph at some sizes.
     *
     * @param always the nodes that are in force outside of training, too
     */
    Boxes(Graph graph, Map<String, Long> sizes, Set<Node> always) {
        this.sizes = sizes;
        this.sized = sizes.keySet().containsAll(graph.dimensions().names());
        this.inference = always;
    }

    /** The box of an operator with what follows it at once, of an input, or of a label. */
    Box of(Unit unit, @Nullable Group group) {
        Node head = unit.head();
        Family family = Family.of(head);
        String sign = family == Family.MERGE ? SIGNS.get(head.operation().name()) : null;
        List<String> lines = sign == null ? wrapped(head) : List.of();
        List<Pill> pills = unit.pills().stream()
                .map(n -> new Pill(String.join("", written(n)), Family.of(n)))
                .toList();
        Form form = sign != null ? Form.MERGE : head.operation() instanceof Op ? Form.OPERATOR : Form.END;
        return new Box(
                head.path(),
                form,
                family,
                sign != null ? sign : name(head),
                lines,
                sign != null ? "" : note(unit, group),
                pills,
                tooltip(unit),
                !inference.contains(head),
                1,
                group);
    }

    /** The box of a group that is not drawn open. */
    Box closed(Group closed, @Nullable Group group) {
        List<Unit> whole = closed.whole().toList();
        long operators = whole.stream().flatMap(Unit::nodes).count();
        long params = params(whole);
        String shares = closed.use() > 1 ? "shares " : "";
        String note = operators + " operators" + (params == 0 ? "" : ", " + shares + grouped(params) + " params");
        String macs = sized ? "\n" + macs(whole.stream().flatMap(Unit::nodes)) : "";
        return new Box(
                closed.path(),
                Form.CLOSED,
                Family.SHAPE,
                closed.title(),
                closed.block() == null ? List.of() : List.of(": " + closed.block()),
                note,
                List.of(),
                closed.path() + "\n" + note + macs,
                whole.stream().noneMatch(u -> inference.contains(u.head())),
                closed.times(),
                group);
    }

    /** Where a value leaves the net. */
    Box of(Graph.Result result) {
        String kind = result.kind().name().toLowerCase(Locale.ROOT);
        Family family = switch (result.kind()) {
            case LOSS, OBJECTIVE -> Family.LOSS;
            case METRIC -> Family.METRIC;
            default -> Family.END;
        };
        return new Box(
                kind + " " + result.name(),
                Form.END,
                family,
                result.name(),
                List.of(),
                kind,
                List.of(),
                kind + " " + result.name() + " " + result.node().type() + "\n" + place(result.origin()),
                result.phase() == Graph.Phase.TRAIN,
                1,
                null);
    }

    // ---- texts

    private static String name(Node node) {
        if (node.operation() instanceof Source) {
            return node.path();
        }
        return constant(node) ? "" : node.operation().name();
    }

    /** Whether a node is a number that was written. */
    private static boolean constant(Node node) {
        return node.inputs().isEmpty() && node.shape().rank() == 0 && node.operation() instanceof Op;
    }

    private static List<String> written(Node node) {
        List<String> arguments = Arguments.of(node);
        return arguments.isEmpty()
                ? List.of(node.operation().name())
                : List.of(node.operation().name(), "(" + String.join(", ", arguments) + ")");
    }

    /** The arguments in parentheses, on lines that are not too long. */
    private static List<String> wrapped(Node node) {
        if (constant(node)) {
            KernelCall call = Op.of(node).spec().kernel(node);
            return List.of(
                    call.args().getFirst() instanceof Double d
                            ? Arguments.number(d)
                            : node.operation().name());
        }
        List<String> arguments = node.inputs().isEmpty() ? List.of() : Arguments.of(node);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("(");
        for (int i = 0; i < arguments.size(); i++) {
            String text = arguments.get(i) + (i + 1 < arguments.size() ? "," : ")");
            int before = lines.isEmpty() ? node.operation().name().length() : 0;
            if (line.length() > 1 && before + line.length() + text.length() > LINE) {
                lines.add(line.toString());
                line = new StringBuilder(text);
            } else {
                line.append(line.length() > 1 ? " " : "").append(text);
            }
        }
        if (!arguments.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    private static String note(Unit unit, @Nullable Group group) {
        Node head = unit.head();
        if (head.operation() instanceof Source) {
            return (head.isParam() ? "param " : head.operation().name() + " ") + head.type();
        }
        String path = Paths.withoutUse(head.path());
        String name = group == null
                ? path
                : path.substring(Paths.withoutUse(group.path()).length() + 1);
        long params = params(List.of(unit));
        if (params > 0) {
            String shares = Paths.use(head.path()) > 1 ? "shares " : "";
            return name + " \u00b7 " + shares + grouped(params) + " params";
        }
        Family family = Family.of(head);
        boolean unnamed =
                constant(head) || Paths.name(head).matches(head.operation().name() + "\\d+");
        String kind = family.isTerm() ? family.words() : "";
        return unnamed ? kind : (kind + " " + name).strip();
    }

    private String tooltip(Unit unit) {
        List<String> lines = new ArrayList<>();
        unit.nodes().forEach(n -> {
            lines.add(n.path() + " = " + n.operation().describe(n));
            lines.add("  " + n.type() + "  " + place(n.origin()));
        });
        long params = params(List.of(unit));
        if (params > 0) {
            lines.add(grouped(params) + " params: "
                    + unit.params().stream()
                            .map(p -> p.path() + " " + p.shape())
                            .collect(Collectors.joining(", ")));
        }
        if (sized && unit.head().operation() instanceof Op) {
            lines.add(macs(unit.nodes()));
        }
        return String.join("\n", lines);
    }

    private String macs(Stream<Node> nodes) {
        return grouped(nodes.mapToLong(n -> Summary.macs(n, sizes)).sum()) + " MACs";
    }

    /** The learned numbers of some boxes, those that are shared once. */
    static long params(List<Unit> units) {
        return units.stream()
                .flatMap(u -> u.params().stream())
                .distinct()
                .mapToLong(p -> p.shape().at(Map.of()).elements())
                .sum();
    }

    /** A file without its folders, and the line. */
    private static String place(Origin origin) {
        String place = origin.place().replace('\\', '/');
        return place.substring(place.lastIndexOf('/') + 1);
    }

    /** The shape of a value without the batch: {@code 64x56x56}; empty for a single number. */
    String shape(Node node) {
        Shape shape = node.shape().with(sizes);
        boolean batched =
                node.shape().rank() > 0 && node.shape().dim(0).toString().equals("N");
        return shape.dims().stream().skip(batched ? 1 : 0).map(Object::toString).collect(Collectors.joining("\u00d7"));
    }

    /** A number with commas. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
