package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the sessions of a generated net on random data and compares everything they give with the evaluator. */
final class NetAgreement {
    private static final double TOLERANCE = 1e-4;

    /** What gradients of float16 begin with: no more, as none of them may become too large in the one step. */
    private static final float SCALE = 0x1p8f;

    private final GeneratedNet net;
    /** A gradient that is so much smaller than the largest one is rounding. */
    private static final double NEGLIGIBLE = 1e-3;

    private final Map<String, Long> sizes;
    private final Map<String, Nd> values = new HashMap<>();
    private final Weights weights;

    private NetAgreement(GeneratedNet net, int batch, int... given) {
        this.net = net;
        this.sizes = new HashMap<>(Map.of("N", (long) batch));
        List<String> names = net.model().graph().dimensions().names();
        for (int i = 0; i < given.length; i++) {
            sizes.put(names.get(i), (long) given[i]);
        }
        this.weights = Weights.zeros(net.spec());
        Graph graph = net.model().graph();
        graph.nodes().stream()
                .filter(Node::isSource)
                .forEach(source -> values.put(source.path(), random(source, sizes)));
        // Parameters that nothing reads belong to the graph that was written, not to the weights.
        graph.nodes().stream()
                .filter(p -> p.isStored() && weights.contains(p.path()))
                .forEach(p -> Feeds.fill(weights, p.path(), value(p)));
    }

    /** Compares inference, evaluation and, where there is a loss, one training step; {@code given} are the sizes. */
    static void check(GeneratedNet generated, Backend backend, int batch, int... given)
            throws ReflectiveOperationException {
        NetAgreement agreement = new NetAgreement(generated, batch, given);
        Net net = generated.with(agreement.weights);
        try (NetSession inference = net.open(backend, batch, given);
                NetSession evaluation = net.evaluation(backend, batch, given)) {
            agreement.compare(inference, generated.model().inference());
            agreement.compare(evaluation, generated.model().evaluation());
        }
        Graph graph = generated.model().training();
        if (graph != null) {
            try (NetSession training = net.training(backend, batch, given)) {
                agreement.compare(training, graph);
            }
        }
    }

    /** Compares inference. */
    static void checkInference(GeneratedNet generated, Backend backend, int batch, int... given)
            throws ReflectiveOperationException {
        NetAgreement agreement = new NetAgreement(generated, batch, given);
        try (NetSession inference = generated.with(agreement.weights).open(backend, batch, given)) {
            agreement.compare(inference, generated.model().inference());
        }
    }

    /**
     * Compares one training step, the gradients at the values that the step had on its way forward: so that units near a
     * kink are on the same side in both.
     */
    static void checkStep(GeneratedNet generated, Backend backend, int batch, int... given)
            throws ReflectiveOperationException {
        NetAgreement agreement = new NetAgreement(generated, batch, given);
        Recorder recorder = new Recorder(backend);
        // What is replayed is what runs: a fused step has the path of its first operator and the value of its last.
        Graph graph = Pipelines.ALL.forTraining(requireNonNull(generated.model().training()));
        try (NetSession training = generated.with(agreement.weights).training(recorder, batch, given)) {
            agreement.run(training, graph);
            Evaluator evaluator = new Evaluator(agreement.sizes, OpCase.SEED, OpCase.STEP);
            agreement.compare(training, graph, evaluator.replay(graph, agreement.values, recorder.values()));
        }
    }

    /**
     * Compares one training step layer by layer, each with what the evaluator makes of the same operands: for nets so deep that what the
     * last layers make of the rounding of the first is large in float32, however it is computed.
     */
    static void checkLayers(GeneratedNet generated, Backend backend, int batch, int... given)
            throws ReflectiveOperationException {
        NetAgreement agreement = new NetAgreement(generated, batch, given);
        Recorder recorder = new Recorder(backend);
        Graph graph = Pipelines.ALL.forTraining(requireNonNull(generated.model().training()));
        try (NetSession training = generated.with(agreement.weights).training(recorder, batch, given)) {
            agreement.run(training, graph);
            Evaluator evaluator = new Evaluator(agreement.sizes, OpCase.SEED, OpCase.STEP);
            Map<Node, Nd> each = evaluator.each(graph, agreement.values, recorder.values());
            List<Node> steps = graph.nodes().stream()
                    .filter(node -> recorder.values().containsKey(node.path()))
                    .toList();
            assertThat(steps).hasSizeGreaterThan(agreement.net.paths().size());
            steps.forEach(node -> agree(
                    requireNonNull(recorder.values().get(node.path())),
                    requireNonNull(each.get(node)),
                    training,
                    node.path()));
            agreement.compare(training, graph, each);
        }
    }

    /**
     * Compares inference and one training step in numbers of few digits. Each layer rounds with a relative error of {@code halfStep} at most.
     * Errors of many numbers and layers are independent, so that what they come to, as the root of the mean square, grows as the root of the
     * number of layers. A gradient jumps at kinks: the share of the units that so small an error takes across one
     * is as large as the error, and the root of the mean square of what these give wrongly is the root of the share.
     *
     * @param halfStep 2^-p for p significant bits
     */
    static void checkRounded(GeneratedNet generated, Backend backend, double halfStep, int batch, int... given)
            throws ReflectiveOperationException {
        NetAgreement agreement = new NetAgreement(generated, batch, given);
        Net net = generated.with(agreement.weights);
        try (NetSession inference = net.open(backend, batch, given)) {
            agreement.compareRounded(inference, generated.model().inference(), halfStep);
        }
        try (NetSession training = net.training(backend, batch, given)) {
            CudaNetsTest.scale(training.learning().loops(), SCALE);
            agreement.compareRounded(training, requireNonNull(generated.model().training()), halfStep);
        }
    }

    private void compareRounded(NetSession session, Graph graph, double halfStep) {
        run(session, graph);
        Map<Node, Nd> expected = OpCase.evaluate(graph, values, sizes);
        double layers = graph.nodes().stream().filter(n -> !n.isSource()).count();
        double room = halfStep * Math.sqrt(layers);
        for (Result r : graph.results()) {
            if (r.kind() == Kind.OUTPUT || r.kind() == Kind.LOSS) {
                double[] error = squares(output(session, r), requireNonNull(expected.get(r.node())));
                assertThat(Math.sqrt(error[0] / error[1])).as(r.name()).isLessThanOrEqualTo(room);
            }
        }
        if (!graph.results(Kind.GRADIENT).isEmpty()) {
            double[] all = new double[2];
            for (Result r : graph.results(Kind.GRADIENT)) {
                double[] error = squares(gradient(session, r.name()), wanted(graph, expected, r.name()));
                all[0] += error[0];
                all[1] += error[1];
            }
            assertThat(Math.sqrt(all[0] / all[1])).as("gradients").isLessThanOrEqualTo(Math.sqrt(room));
        }
    }

    /** The sums of the squares of all differences, and of all expected numbers. */
    private static double[] squares(Nd found, Nd expected) {
        double[] sums = new double[2];
        for (int i = 0; i < expected.size(); i++) {
            sums[0] += Math.pow(found.get(i) - expected.get(i), 2);
            sums[1] += Math.pow(expected.get(i), 2);
        }
        return sums;
    }

    /** Labels, data of unit variance, and weights that keep it so; biases are not zero, so that they count. */
    static Nd random(Node source, Map<String, Long> sizes) {
        Sizes shape = source.shape().at(sizes);
        long stream = Philox.stream(source.path());
        if (source.type().element() instanceof ClassIndex(int classes)) {
            return Nd.of(shape, i -> Philox.below(classes, OpCase.SEED, stream, i));
        }
        if (source.operation() instanceof Source.State) {
            return Nd.of(shape, i -> (float) (0.5 + Philox.uniform(OpCase.SEED, stream, i))); // variances are positive
        }
        double scale = source.isParam() ? 1 / Math.sqrt(shape.elementsFrom(1)) : 1;
        return Nd.of(shape, i -> (float) (scale * Philox.normal(OpCase.SEED, stream, i)));
    }

    private Nd value(Node source) {
        return requireNonNull(values.get(source.path()), source.path());
    }

    private void compare(NetSession session, Graph graph) {
        run(session, graph);
        compare(session, graph, OpCase.evaluate(graph, values, sizes));
    }

    private void run(NetSession session, Graph graph) {
        session.at(OpCase.SEED, OpCase.STEP);
        List<Node> data = graph.nodes().stream()
                .filter(n -> n.isSource() && !n.isStored())
                .toList();
        assertThat(session.inputNames())
                .containsExactlyElementsOf(data.stream().map(Node::path).toList());
        data.forEach(source -> Feeds.fill(session.input(source.path()), value(source)));
        session.run();
    }

    private void compare(NetSession session, Graph graph, Map<Node, Nd> expected) {
        for (Result r : graph.results()) {
            if (r.kind() != Kind.GRADIENT && r.kind() != Kind.STATE) {
                agree(output(session, r), requireNonNull(expected.get(r.node())), session, r.name());
            }
        }
        if (!graph.results(Kind.GRADIENT).isEmpty()) {
            double largest = net.paths().stream()
                    .mapToDouble(path -> Feeds.largest(wanted(graph, expected, path)))
                    .max()
                    .orElse(0);
            for (String path : net.paths()) {
                // Gradients that are 0 but for rounding, as of a bias before a norm, are measured by the others.
                double distance = Feeds.distance(
                        gradient(session, path),
                        wanted(graph, expected, path),
                        NEGLIGIBLE * largest + Float.MIN_NORMAL);
                assertThat(distance)
                        .as("%s of %s", path, session.getClass().getSimpleName())
                        .isLessThanOrEqualTo(TOLERANCE);
            }
        }
    }

    /** The expected gradient by a parameter, or new value of a statistic; zero when the objective does not depend on it. */
    private Nd wanted(Graph graph, Map<Node, Nd> expected, String path) {
        return graph.result(Kind.GRADIENT, path)
                .or(() -> graph.result(Kind.STATE, path))
                .map(r -> requireNonNull(expected.get(r.node())))
                .orElseGet(() -> new Nd(weights.tensor(path).shape()));
    }

    private static void agree(Nd found, Nd wanted, NetSession session, String name) {
        assertThat(Feeds.distance(found, wanted))
                .as("%s of %s", name, session.getClass().getSimpleName())
                .isLessThanOrEqualTo(TOLERANCE);
    }

    private static Nd output(NetSession session, Result r) {
        float[] values = session.output(r.name()).toArray();
        return Nd.of(session.output(r.name()).shape(), i -> values[i]);
    }

    private Nd gradient(NetSession session, String path) {
        MemorySegment all = session.gradients();
        long offset = weights.offset(path);
        return Nd.of(weights.tensor(path).shape(), i -> all.getAtIndex(ValueLayout.JAVA_FLOAT, offset + i));
    }
}
