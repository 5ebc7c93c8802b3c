package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.compiler.plan.ArenaPlan;
import dev.striate.core.Sizes;
import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.KernelTable;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much memory the nets of the standard library take at their published sizes, and how much they read and write. */
class LibraryMemoryTest {
    private static final int BATCH = 16;
    private static final double MIB = 0x1p20;

    private static List<LibraryNet> all = List.of();

    @BeforeAll
    static void compile() throws URISyntaxException {
        all = LibraryNet.all();
    }

    /** In inference of one sample and of a batch, and in training, with the workspaces of the CPU's kernels. */
    @Test
    void arenasAreLittleLargerThanWhatLivesAtOnce() {
        Map<String, Double> ratios = new TreeMap<>();
        for (LibraryNet net : all) {
            ratios.put(net + " of one sample", ratio(inference(net), sizes(net, 1)));
            ratios.put(net + " of a batch", ratio(inference(net), sizes(net, BATCH)));
            if (net.net().model().training() != null) {
                ratios.put(net + " in training", ratio(training(net), sizes(net, BATCH)));
            }
        }
        assertThat(ratios)
                .hasSizeGreaterThan(100)
                .allSatisfy((what, ratio) -> assertThat(ratio).as(what).isBetween(1.0, 1.1));
        assertThat(ratios.values().stream().filter(r -> r > 1.02).count())
                .as("above the goal: %s", ratios)
                .isLessThanOrEqualTo(8);
    }

    private static double ratio(Graph graph, Map<String, Long> sizes) {
        KernelTable kernels = Backends.cpu(2).kernels();
        List<Buffer> buffers = new ArrayList<>(ArenaPlan.buffers(graph, sizes));
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (node.operation() instanceof Op op && !op.spec().isView()) {
                List<Sizes> operands =
                        node.inputs().stream().map(x -> x.shape().at(sizes)).toList();
                buffers.add(new Buffer(kernels.workspace(Kernels.of(node, sizes), operands), i, i));
            }
        }
        Plan plan = MemoryPlanner.plan(buffers);
        return (double) plan.bytes() / plan.lowerBound();
    }

    /** What a step of training reads and writes bounds its time where arithmetic is cheap: no pass over memory returns. */
    @Test
    void trainingMovesNoMoreThanItDid() {
        assertThat(moved("striate.models.resnet.ResNet18") / MIB).isLessThan(2520);
        assertThat(moved("striate.models.mobilenet.MobileNetV2") / MIB).isLessThan(6160);
        assertThat(moved("striate.models.vgg.VGG16") / MIB).isLessThan(8130);
    }

    private static double moved(String name) {
        LibraryNet net =
                all.stream().filter(n -> n.toString().equals(name)).findFirst().orElseThrow();
        Map<String, Long> sizes = sizes(net, BATCH);
        double bytes = 0;
        for (Node node : training(net).nodes()) {
            if (node.operation() instanceof Op op && !op.spec().isView()) {
                LinkedHashSet<Node> touched = new LinkedHashSet<>(node.inputs());
                touched.add(node);
                bytes += touched.stream()
                        .mapToDouble(
                                x -> Float.BYTES * (double) x.shape().at(sizes).elements())
                        .sum();
            }
        }
        return bytes;
    }

    private static Graph inference(LibraryNet net) {
        return Pipelines.ALL.forInference(net.net().model().inference());
    }

    private static Graph training(LibraryNet net) {
        return Pipelines.ALL.forTraining(requireNonNull(net.net().model().training()));
    }

    private static Map<String, Long> sizes(LibraryNet net, long batch) {
        return net.dimensions(batch, net.sizes(Integer.MAX_VALUE));
    }
}
