package dev.striate.compiler.emit;

import dev.striate.compiler.emit.StepForm.Ref;
import dev.striate.compiler.emit.StepForm.Text;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of a block have in common that are written alike, and so share a class.
 *
 * @param block what is called; null for a part of a long list of steps
 * @param isBackwardPass whether these are its gradients
 * @param through the instances that it is told of, by what they are called
 * @param given what the values are called that it is given
 * @param steps its steps
 */
record BlockForm(
        Origin.@Nullable Declaration block,
        boolean isBackwardPass,
        Map<String, BlockClass> through,
        List<String> given,
        List<StepForm> steps) {

    /**
     * Where the result of a step is found: in the session, where {@code owner} is null, or in an instance. An empty name
     * means the instance itself.
     */
    record Place(@Nullable Instance owner, String name) {
        /** How the session reaches it. */
        String fromSession() {
            return owner == null ? name : owner.field() + (name.isEmpty() ? "" : "." + name);
        }
    }

    /**
     * A call in its form, with what its constructor is told.
     *
     * @param path the path of the call
     * @param use the number of the use of shared weights, such as {@code @2}; empty for the first
     */
    record Call(BlockForm form, String path, String use, List<Instance> through, List<Place> given) {}

    /** Brings the steps of a group into their form. */
    static final class Reader {
        /** A class that reads more values of one instance is given the instance. */
        private static final int MOST_VALUES = 6;

        private final Grouping.Group group;
        private final SessionEmitter session;
        private final Map<Node, Integer> local = new HashMap<>();
        private final Map<Instance, String> through = new LinkedHashMap<>();
        private final Map<Node, String> given = new LinkedHashMap<>();
        private final String path;
        private final String use;
        private final Names names = new Names("b", "n", "path", "use");

        Reader(Grouping.Group group, SessionEmitter session) {
            this.group = group;
            this.session = session;
            this.path = group.call() == null ? "" : group.call().path();
            this.use = group.steps().stream()
                    .map(Node::path)
                    .filter(p -> isWithin(p) && p.contains("@"))
                    .map(p -> p.substring(p.indexOf('@')))
                    .findFirst()
                    .orElse("");
        }

        /** The call. */
        Call read() {
            group.steps().forEach(s -> local.put(s, local.size()));
            chooseInstances();
            List<StepForm> steps = new ArrayList<>();
            for (Node step : group.steps()) {
                steps.add(StepForm.of(step, session.kernels(), session.update(step), this::text, this::ref));
            }
            Map<String, BlockClass> types = new LinkedHashMap<>();
            through.forEach((instance, name) -> types.put(name, instance.type()));
            BlockForm form = new BlockForm(
                    group.call() == null ? null : group.call().block(),
                    group.isBackward(),
                    types,
                    List.copyOf(given.values()),
                    steps);
            return new Call(
                    form,
                    path,
                    use,
                    List.copyOf(through.keySet()),
                    given.keySet().stream().map(session::place).toList());
        }

        /**
         * An instance is handed over as a whole when it is that of the same call, or when many of its steps are read. Values
         * say nothing of where they come from, so that more calls are alike.
         */
        private void chooseInstances() {
            Map<Instance, Map<Node, Boolean>> read = new LinkedHashMap<>();
            for (Node step : group.steps()) {
                for (Node operand : data(step)) {
                    Place place = local.containsKey(operand) ? null : session.placeOrNull(operand);
                    if (place != null && place.owner != null) {
                        read.computeIfAbsent(place.owner, i -> new HashMap<>()).put(operand, true);
                    }
                }
            }
            read.forEach((instance, values) -> {
                boolean isSame = group.call() != null && group.call().equals(instance.origin());
                if (isSame || values.size() > MOST_VALUES) {
                    through.put(
                            instance,
                            names.unique(isSame ? "forward" : instance.type().variable(), ""));
                }
            });
        }

        private static List<Node> data(Node step) {
            return step.operation() instanceof Op op ? op.spec().data(step) : List.of();
        }

        private boolean isWithin(String other) {
            return group.call() != null
                    && other.startsWith(path)
                    && (other.length() == path.length() || ".@".indexOf(other.charAt(path.length())) >= 0);
        }

        private Text text(String whole) {
            if (!isWithin(whole)) {
                return Text.whole(whole);
            }
            boolean used = !use.isEmpty() && whole.endsWith(use);
            return new Text(true, whole.substring(path.length(), whole.length() - (used ? use.length() : 0)), used);
        }

        private Ref ref(Node operand) {
            Integer index = local.get(operand);
            if (index != null) {
                return new Ref.Local(index);
            }
            Place place = session.placeOrNull(operand);
            if (place == null) {
                return new Ref.Parameter(text(operand.path()));
            }
            if (place.owner != null && through.containsKey(place.owner)) {
                int at = List.copyOf(through.keySet()).indexOf(place.owner);
                return new Ref.Through(at, place.name);
            }
            String called = Grouping.isBackward(operand) ? "grad" : "x";
            given.computeIfAbsent(operand, o -> names.unique(called, ""));
            return new Ref.Given(List.copyOf(given.keySet()).indexOf(operand));
        }
    }

    /** Whether a class takes the path of its call: a part of a list has none. */
    boolean takesPath() {
        return steps.stream().anyMatch(s -> texts(s).stream().anyMatch(Text::relative));
    }

    /** Whether a class takes the number of a use of shared weights. */
    boolean takesUse() {
        return steps.stream().anyMatch(s -> texts(s).stream().anyMatch(Text::used));
    }

    private static List<Text> texts(StepForm step) {
        List<Text> texts = new ArrayList<>(List.of(step.path()));
        if (step.owner() != null) {
            texts.add(Objects.requireNonNull(step.owner()));
        }
        step.operands().forEach(o -> {
            if (o instanceof Ref.Parameter(Text path)) {
                texts.add(path);
            }
        });
        return texts;
    }
}
