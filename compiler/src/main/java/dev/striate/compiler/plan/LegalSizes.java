package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Facts;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.ShapeError;
import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sizes of symbolic dimensions at which a whole graph fits together, found by trying. */
public final class LegalSizes {
    private static final int MOST_STEPS = 4096;
    private static final int MOST_PAIRS = 20_000;

    /** A search ends after so many conditions and nodes, which take some tenths of a second, and not before so many sizes. */
    private static final int MOST_CHECKS = 10_000;

    private static final int FEWEST_TRIED = 32;

    /**
     * Why a graph does not fit together at some sizes.
     *
     * @param after how many conditions and nodes were fine before
     * @param origin the condition or layer that is not
     * @param sentence what is wrong with it, with the sizes
     */
    public record Problem(int after, Origin origin, String sentence) {}

    /**
     * What a search came to.
     *
     * @param found the sizes, when there are some
     * @param furthest of the sizes tried in vain, why the last of those did not fit that came furthest through the graph
     */
    public record Search(
            Optional<Map<String, Long>> found, @Nullable Problem furthest) {
        /** Why those did not fit that came furthest. */
        @Override
        public Problem furthest() {
            if (furthest == null) {
                throw new IllegalStateException("the first sizes fit");
            }
            return furthest;
        }
    }

    private final Graph graph;
    private final Dimensions dimensions;
    private final Facts facts;
    private @Nullable Problem furthest;
    private long checks;

    private LegalSizes(Graph graph) {
        this.graph = graph;
        this.dimensions = graph.dimensions();
        this.facts = new Facts(dimensions.conditions());
    }

    /** Why {@code graph} does not fit together at these sizes of its dimensions and a batch of 1; empty when it does. */
    public static Optional<Problem> problem(Graph graph, Map<String, Long> sizes) {
        return new LegalSizes(graph).problem(sizes);
    }

    /** Small sizes at which {@code graph} fits together. */
    public static Search smallest(Graph graph) {
        LegalSizes search = new LegalSizes(graph);
        Optional<Map<String, Long>> found = search.equalSteps();
        return new Search(found.isPresent() ? found : search.mixedSteps(), search.furthest);
    }

    /**
     * The sizes next to {@code wanted} at which {@code graph} fits together, dimension by dimension in their order.
     *
     * @param wanted a size for some dimensions; the others stay as small as they can be
     */
    public static Map<String, Long> nearest(Graph graph, Map<String, Long> wanted) {
        Map<String, Long> sizes = new LinkedHashMap<>(graph.dimensions().smallest());
        sizes.putAll(wanted);
        if (problem(graph, sizes).isEmpty()) {
            return sizes;
        }
        sizes.putAll(graph.dimensions().smallest());
        LegalSizes search = new LegalSizes(graph);
        for (String name : graph.dimensions().names()) {
            if (wanted.containsKey(name)) {
                search.approach(sizes, name, wanted.get(name));
            }
        }
        return sizes;
    }

    /** Moves one size as near to {@code wanted} as the others allow; the larger of two that are equally near. */
    private void approach(Map<String, Long> sizes, String name, long wanted) {
        Map<String, Long> tried = new HashMap<>(sizes);
        long least = facts.least(name);
        long distance = Math.abs(sizes.getOrDefault(name, least) - wanted);
        for (long d = 0; d < distance; d++) {
            for (long size : new long[] {wanted + d, wanted - d}) {
                tried.put(name, size);
                boolean candidate = size >= least && (size - least) % facts.step(name) == 0;
                if (candidate && problem(tried).isEmpty()) {
                    sizes.put(name, size);
                    return;
                }
            }
        }
    }

    /** All dimensions at their least size, then all one step larger, and so on. */
    private Optional<Map<String, Long>> equalSteps() {
        checks = 0;
        for (int k = 0; k < MOST_STEPS && goesOn(k); k++) {
            int steps = k;
            Optional<Map<String, Long>> found =
                    attempt(dimensions.names().stream().map(n -> steps).toList());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Every combination of steps, those with a small sum first. */
    private Optional<Map<String, Long>> mixedSteps() {
        checks = 0;
        int tried = 0;
        for (int sum = 1;
                tried < MOST_PAIRS && goesOn(tried) && dimensions.names().size() > 1;
                sum++) {
            for (List<Integer> steps : splits(sum, dimensions.names().size())) {
                Optional<Map<String, Long>> found = attempt(steps);
                if (found.isPresent()) {
                    return found;
                }
                tried++;
            }
        }
        return Optional.empty();
    }

    private boolean goesOn(int tried) {
        return tried < FEWEST_TRIED || checks < MOST_CHECKS;
    }

    /** The ways to write {@code sum} as a sum of {@code parts} numbers of 0 or more. */
    private static List<List<Integer>> splits(int sum, int parts) {
        if (parts == 1) {
            return List.of(List.of(sum));
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int first = 0; first <= sum; first++) {
            for (List<Integer> rest : splits(sum - first, parts - 1)) {
                List<Integer> split = new ArrayList<>(List.of(first));
                split.addAll(rest);
                all.add(split);
            }
        }
        return all;
    }

    private Optional<Map<String, Long>> attempt(List<Integer> steps) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            String name = dimensions.names().get(i);
            sizes.put(
                    name, Math.addExact(facts.least(name), Math.multiplyExact(facts.step(name), (long) steps.get(i))));
        }
        Optional<Problem> problem = problem(sizes);
        checks += problem.map(Problem::after).orElse(0) + 1;
        if (problem.isPresent() && (furthest == null || problem.get().after >= furthest.after)) {
            furthest = problem.get();
        }
        return problem.isEmpty() ? Optional.of(sizes) : Optional.empty();
    }

    private Optional<Problem> problem(Map<String, Long> given) {
        Map<String, Long> sizes = new HashMap<>(given);
        sizes.put("N", 1L);
        List<Condition> conditions = dimensions.conditions();
        for (int i = 0; i < conditions.size(); i++) {
            Condition c = conditions.get(i);
            if (!c.holds(sizes)) {
                return Optional.of(new Problem(i, c.origin(), "`" + c.text() + "` does not hold" + at(given)));
            }
        }
        Map<Node, TensorType> types = new HashMap<>();
        for (Node node : graph.nodes()) {
            try {
                types.put(node, type(node, types, sizes));
            } catch (ShapeError | IllegalArgumentException e) {
                int after = conditions.size() + types.size();
                return Optional.of(new Problem(after, node.origin(), e.getMessage() + at(given)));
            }
        }
        return Optional.empty();
    }

    /** The type of a node in numbers, inferred again from its operands: what may depend on sizes is checked then. */
    private static TensorType type(Node node, Map<Node, TensorType> types, Map<String, Long> sizes) {
        TensorType type = node.type();
        if (node.operation() instanceof Op op) {
            List<TensorType> data =
                    op.spec().data(node).stream().map(types::get).toList();
            type = op.spec().type(op.at(sizes), data);
        }
        Sizes numbers = type.shape().at(sizes);
        if (Arrays.stream(numbers.toArray()).anyMatch(d -> d < 1)) {
            throw new IllegalArgumentException(node.path() + " would have the shape " + numbers);
        }
        return new TensorType(
                type.element(),
                Shape.of(Arrays.stream(numbers.toArray()).asLongStream().toArray()));
    }

    private String at(Map<String, Long> sizes) {
        List<String> all =
                dimensions.names().stream().map(n -> n + " = " + sizes.get(n)).toList();
        return " for " + String.join(", ", all);
    }
}
