package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.recipe.Precision;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.RecordingGraphs.Kernel;
import dev.striate.runtime.cuda.driver.ConvolutionGraph;
import dev.striate.runtime.cuda.kernel.Activation;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.ConvSizes;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How convolutions and what follows are told to cuDNN's graph API, by what NVIDIA documents of it, and what is done where it has no kernel. */
class GraphPlanTest {
    private static final int NONDETERMINISTIC = 4;

    /** 2 samples of 6 channels, 8 by 10, to 4 filters of 3 by 2 in 2 groups: strides 2, 1; dilation 1, 3; padding 1, 0. */
    private static final ConvSizes SIZES =
            new ConvSizes(2, 6, 4, 2, new Grid(8, 10, 4, 7, 3, 2, 2, 1, 1, 3, 1, 1, 0, 0), Element.BFLOAT16, true);

    private final RecordingCuda cuda = new RecordingCuda().withCapability(80);
    private final RecordingGraphs graphs = cuda.graphs;

    @TempDir
    private Path folder;

    private static Call.Graph call(int bias, int addend, Activation activation) {
        return new Call.Graph(SIZES, 0, 1, bias, addend, activation, List.of());
    }

    @Test
    void everythingIsDescribedAsDocumented() {
        try (ConvolutionGraph graph = new ConvolutionGraph(graphs, call(2, 3, Activation.RELU))) {
            assertThat(graphs.finished)
                    .containsExactly(
                            // x [2, 6, 8, 10] and weight [4, 6 / 2, 3, 2], both of bfloat16 (9) with channels last
                            "1 TENSOR TENSOR_UNIQUE_ID=1 TENSOR_DATA_TYPE=9 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,6,8,10 TENSOR_STRIDES=480,1,60,6 TENSOR_IS_VIRTUAL=0",
                            "2 TENSOR TENSOR_UNIQUE_ID=2 TENSOR_DATA_TYPE=9 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=4,3,3,2 TENSOR_STRIDES=18,1,6,3 TENSOR_IS_VIRTUAL=0",
                            // what the convolution computes, of float32 (0), which lies nowhere
                            "3 TENSOR TENSOR_UNIQUE_ID=9 TENSOR_DATA_TYPE=0 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,4,4,7 TENSOR_STRIDES=112,1,28,4 TENSOR_IS_VIRTUAL=1",
                            "4 CONVOLUTION CONVOLUTION_COMP_TYPE=0 CONVOLUTION_CONV_MODE=1 CONVOLUTION_SPATIAL_DIMS=2"
                                    + " CONVOLUTION_DILATIONS=1,3 CONVOLUTION_FILTER_STRIDES=2,1"
                                    + " CONVOLUTION_PRE_PADDINGS=1,0 CONVOLUTION_POST_PADDINGS=1,0",
                            "5 CONVOLUTION_FORWARD CONVOLUTION_FORWARD_CONV_DESC=4 CONVOLUTION_FORWARD_X=1"
                                    + " CONVOLUTION_FORWARD_W=2 CONVOLUTION_FORWARD_Y=3"
                                    + " CONVOLUTION_FORWARD_ALPHA=1.0 CONVOLUTION_FORWARD_BETA=0.0",
                            "6 TENSOR TENSOR_UNIQUE_ID=3 TENSOR_DATA_TYPE=9 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,4,4,7 TENSOR_STRIDES=112,1,28,4 TENSOR_IS_VIRTUAL=0",
                            "8 TENSOR TENSOR_UNIQUE_ID=8 TENSOR_DATA_TYPE=0 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,4,4,7 TENSOR_STRIDES=112,1,28,4 TENSOR_IS_VIRTUAL=1",
                            "7 POINTWISE POINTWISE_MODE=0 POINTWISE_MATH_PREC=0",
                            "9 POINTWISE_OPERATION POINTWISE_PW_DESCRIPTOR=7 POINTWISE_XDESC=3 POINTWISE_BDESC=6"
                                    + " POINTWISE_YDESC=8",
                            // the bias [1, 4, 1, 1], of float32, among other weights
                            "10 TENSOR TENSOR_UNIQUE_ID=4 TENSOR_DATA_TYPE=0 TENSOR_BYTE_ALIGNMENT=4"
                                    + " TENSOR_DIMENSIONS=1,4,1,1 TENSOR_STRIDES=4,1,4,4 TENSOR_IS_VIRTUAL=0",
                            "12 TENSOR TENSOR_UNIQUE_ID=7 TENSOR_DATA_TYPE=0 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,4,4,7 TENSOR_STRIDES=112,1,28,4 TENSOR_IS_VIRTUAL=1",
                            "11 POINTWISE POINTWISE_MODE=0 POINTWISE_MATH_PREC=0",
                            "13 POINTWISE_OPERATION POINTWISE_PW_DESCRIPTOR=11 POINTWISE_XDESC=8 POINTWISE_BDESC=10"
                                    + " POINTWISE_YDESC=12",
                            // relu (100), and the result, of bfloat16
                            "15 TENSOR TENSOR_UNIQUE_ID=5 TENSOR_DATA_TYPE=9 TENSOR_BYTE_ALIGNMENT=16"
                                    + " TENSOR_DIMENSIONS=2,4,4,7 TENSOR_STRIDES=112,1,28,4 TENSOR_IS_VIRTUAL=0",
                            "14 POINTWISE POINTWISE_MODE=100 POINTWISE_MATH_PREC=0 POINTWISE_NAN_PROPAGATION=1",
                            "16 POINTWISE_OPERATION POINTWISE_PW_DESCRIPTOR=14 POINTWISE_XDESC=12"
                                    + " POINTWISE_YDESC=15",
                            "17 GRAPH OPERATIONGRAPH_HANDLE=77 OPERATIONGRAPH_OPS=5,9,13,16");
            graphs.finished.clear();
            ConvolutionGraph.Plan plan = graph.plans(1, new ArrayList<>()).getFirst();
            long pack = graph.pack(16, 32, 4, 48, 64, 80);
            graph.execute(plan, pack, 1);
            assertThat(plan.workspace()).isEqualTo(1000);
            assertThat(graphs.finished)
                    .containsExactly(
                            "18 HEURISTICS ENGINEHEUR_OPERATION_GRAPH=17 ENGINEHEUR_MODE=0",
                            "20 PLAN EXECUTION_PLAN_HANDLE=77 EXECUTION_PLAN_ENGINE_CONFIG=19",
                            "21 PACK VARIANT_PACK_UNIQUE_IDS=1,2,3,4,5 VARIANT_PACK_DATA_POINTERS=16,32,48,4,64"
                                    + " VARIANT_PACK_WORKSPACE=80");
        }
        assertThat(graphs.open()).isZero();
    }

    /** The last operation writes the result, and only what others read is virtual. */
    @Test
    void whatIsNotThereIsNotDescribed() {
        for (Activation activation : Activation.values()) {
            graphs.finished.clear();
            new ConvolutionGraph(graphs, call(-1, -1, activation)).close();
            assertThat(graphs.finished)
                    .filteredOn(d -> d.contains("IS_VIRTUAL=1"))
                    .hasSize(activation == Activation.NONE ? 0 : 1);
            assertThat(graphs.finished)
                    .filteredOn(d -> d.contains("UNIQUE_ID=5"))
                    .hasSize(1);
            assertThat(graphs.finished).noneMatch(d -> d.contains("UNIQUE_ID=4") || d.contains("UNIQUE_ID=3"));
        }
        assertThat(graphs.finished).anyMatch(d -> d.contains("POINTWISE_MODE=103")); // the last: elu
        graphs.finished.clear();
        new ConvolutionGraph(graphs, call(2, -1, Activation.RELU6)).close();
        assertThat(graphs.finished)
                .anyMatch(d -> d.contains("POINTWISE_MODE=100")
                        && d.endsWith("POINTWISE_NAN_PROPAGATION=1 POINTWISE_RELU_UPPER_CLIP=6.0"));
    }

    private List<Integer> taken(int most, Kernel... kernels) {
        graphs.kernels(kernels);
        try (ConvolutionGraph graph = new ConvolutionGraph(graphs, call(2, -1, Activation.RELU))) {
            return graph.plans(most, new ArrayList<>()).stream()
                    .map(plan -> (int) plan.workspace())
                    .toList();
        } finally {
            assertThat(graphs.open()).isZero();
        }
    }

    @Test
    void theFirstKernelThatCanBeMadeReadyIsTaken() {
        Kernel no = Kernel.of(0, 10, -1);
        assertThat(taken(1, no, Kernel.of(1, 11, 1), Kernel.of(2, 12, 1))).containsExactly(11);
        assertThat(taken(8, no, Kernel.of(1, 11, 1), Kernel.of(2, 12, 1))).containsExactly(11, 12);
        assertThat(taken(8, no)).isEmpty();
        Kernel b = new Kernel(3, 1, List.of(), 13, 1);
        Kernel fallback = new Kernel(4, 2, List.of(), 14, 1);
        assertThat(taken(8, fallback, b, no))
                .as("heuristics B before the last resort")
                .containsExactly(13);
        assertThat(taken(8, fallback, no)).containsExactly(14);
    }

    @Test
    void deterministicModeTakesNoKernelThatIsNot() {
        Kernel adds = new Kernel(0, 0, List.of(0, NONDETERMINISTIC), 10, 1);
        Kernel same = new Kernel(1, 0, List.of(0), 11, 1);
        assertThat(taken(8, adds, same)).containsExactly(10, 11);
        graphs.deterministic = true;
        assertThat(taken(8, adds, same)).containsExactly(11);
        assertThat(taken(8, adds)).isEmpty();
    }

    @Test
    void addressesThatKernelsCannotLoadFromAreRefused() {
        try (ConvolutionGraph graph = new ConvolutionGraph(graphs, call(2, -1, Activation.RELU))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> graph.pack(24, 32, 4, 0, 64, 0))
                    .withMessage("operand 1 of a convolution is not aligned");
            graph.pack(16, 32, 4, 0, 64, 0);
        }
    }

    /** Two equal convolutions one after the other, and one with relu of the sum. */
    private static final class Three extends NetSession {
        private final List<Step> all;

        Three(Binder b) {
            super(b);
            b.format(1).source("three.cnn");
            Input image = b.at(2).input("image", 2, 3, 4, 4);
            Conv same = Conv.conv(3, 3, 3).pad(1);
            Step first = b.at(3).step("first", same, image);
            Step second = b.at(4).step("second", same, first);
            Step sum = b.at(5).step("sum", same.then(Pointwise.add()).then(Pointwise.relu()), second, first);
            all = List.of(first, second, sum);
            b.output("y", sum);
            b.bind();
        }

        @Override
        protected void steps() {
            all.forEach(Step::run);
        }
    }

    private final Weights weights = Weights.zeros(Binder.spec("Three", Three::new));

    private Three open() {
        Backend backend = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, folder)
                .in(Precision.MIXED_BF16)
                .orElseThrow();
        return new Three(backend.binder(weights));
    }

    private List<String> run(Three session) {
        cuda.take();
        session.run();
        return cuda.take().stream()
                .filter(call -> call.startsWith("graph") || call.startsWith("FORWARD") || call.startsWith("pointwise"))
                .map(call -> call.replaceAll(" at .*| of .*| \\dx.*", ""))
                .toList();
    }

    @Test
    void aSessionRunsGraphsAndKeepsWhereValuesLie() {
        try (Three session = open()) {
            assertThat(run(session)).containsExactly("graph by 0 with 1", "graph by 0 with 1", "graph by 0 with 1");
            assertThat(graphs.finished).filteredOn(d -> d.contains(" GRAPH ")).hasSize(2);
            assertThat(graphs.finished).filteredOn(d -> d.contains(" PACK ")).hasSize(3);
            int made = graphs.open();
            for (int i = 0; i < 5; i++) {
                session.run();
            }
            assertThat(graphs.open()).isEqualTo(made);
        }
        assertThat(graphs.open()).isZero();
    }

    @Test
    void theArenaHoldsTheScratchMemory() {
        graphs.kernels(Kernel.of(0, 3L << 30, 1));
        cuda.withMemory(2L << 30);
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessageMatching("the session of three.cnn needs 3\\.\\d GiB.*");
        assertThat(graphs.open()).isZero();
        cuda.withMemory(4L << 30);
        open().close();
    }

    @Test
    void withoutKernelsConvolutionsAreFollowedByKernelsOfOurs() {
        graphs.kernels(Kernel.of(5, 10, -1));
        List<String> said = new ArrayList<>();
        Logger logger = Logger.getLogger("dev.striate.runtime");
        Handler handler = listening(said);
        logger.addHandler(handler);
        logger.setLevel(Level.FINE);
        try (Three session = open()) {
            assertThat(run(session))
                    .containsExactly("FORWARD", "pointwise", "FORWARD", "pointwise", "FORWARD", "pointwise");
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(null);
        }
        assertThat(graphs.open()).isZero();
        assertThat(said)
                .as("once for each graph")
                .hasSize(2)
                .allMatch(text -> text.endsWith(": [NOT_SUPPORTED 5]"))
                .anyMatch(text -> text.startsWith("cuDNN has no kernel for a convolution, bias, NONE of ConvSizes["))
                .anyMatch(text -> text.startsWith("cuDNN has no kernel for a convolution, sum, bias, RELU of "));
    }

    private static Handler listening(List<String> said) {
        return new Handler() {
            @Override
            public void publish(LogRecord log) {
                if (log.getMessage().startsWith("cuDNN")) {
                    said.add(log.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @AfterEach
    void asksNoMore() {
        System.clearProperty(Tuner.PROPERTY);
    }

    @Test
    void theFastestKernelIsTakenWhereTheyAreMeasured() {
        System.setProperty(Tuner.PROPERTY, "true");
        graphs.kernels(Kernel.of(0, 100, 50), Kernel.of(1, 0, -1), Kernel.of(2, 1L << 40, 1), Kernel.of(3, 200, 20));
        try (Three session = open()) {
            assertThat(run(session)).containsOnly("graph by 3 with 1").hasSize(3);
        }
        int once = graphs.finished.size();
        cuda.take();
        try (Three session = open()) {
            assertThat(cuda.take()).as("in the next session").noneMatch(call -> call.startsWith("graph"));
            assertThat(run(session)).containsOnly("graph by 3 with 1");
        }
        assertThat(graphs.finished.size()).isGreaterThan(once);
        assertThat(graphs.open()).isZero();
    }
}
