package dev.striate.tests;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Works;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kernels that look at {@link #SHAPE}, and some that sum over channels or along lines that fours fill. */
final class FourSteps {
    static final Sizes SHAPE = Sizes.of(2, 4, 256, 512);

    private static final List<Sizes> LINES = List.of(Sizes.of(5, 136), Sizes.of(7, 12), Sizes.of(2, 8, 6, 10));

    private FourSteps() {}

    /**
     * A step.
     *
     * @param operands the names of inputs or the paths of steps before it
     */
    record Row(String path, Kernel kernel, List<String> operands) {
        Row(String path, Kernel kernel, String... operands) {
            this(path, kernel, List.of(operands));
        }
    }

    /** The shapes of the inputs, by name. */
    static Map<String, Sizes> inputs() {
        Map<String, Sizes> inputs =
                new LinkedHashMap<>(Map.of("x", SHAPE, "g", SHAPE, "weight", Sizes.of(4), "variance", Sizes.of(4)));
        for (Sizes shape : LINES) {
            int count = shape.dim(1);
            inputs.put("y" + count, shape);
            inputs.put("gy" + count, shape);
            inputs.put("weight" + count, Sizes.of(count));
        }
        return inputs;
    }

    /** The steps in the order in which they run. */
    static List<Row> all() {
        BatchNorm norm = BatchNorm.batchNorm(1e-5);
        List<Row> rows = new ArrayList<>(List.of(
                new Row("moments", ChannelMoments.channelMoments(), "x"),
                new Row("sums", BatchNormGradSums.batchNormGradSums(norm.withBatch()), "g", "x", "moments"),
                new Row("norm", norm.withBatch(), "x", "moments"),
                new Row("frozen", norm, "x"),
                new Row(
                        "grad",
                        BatchNormGradInput.batchNormGradInput(norm.withBatch()),
                        "g",
                        "x",
                        "moments",
                        "weight",
                        "sums"),
                new Row("frozen.grad", BatchNormGradInput.batchNormGradInput(norm), "g", "weight", "variance"),
                new Row("dropout", Dropout.dropout(0.4, "dropout"), "x"),
                new Row("spatial", Dropout.spatialDropout(0.4, "spatial"), "x"),
                new Row("noise", GaussianNoise.gaussianNoise(0.4, "noise"), "x")));
        LINES.forEach(shape -> rows.addAll(alongLines(String.valueOf(shape.dim(1)))));
        return rows;
    }

    private static List<Row> alongLines(String count) {
        String y = "y" + count;
        String g = "gy" + count;
        List<Row> rows = new ArrayList<>(List.of(
                new Row("softmax" + count, Softmax.softmax(), y),
                new Row("softmax.grad" + count, SoftmaxGrad.softmaxGrad(), g, "softmax" + count),
                new Row("log" + count, LogSoftmax.logSoftmax(), y),
                new Row("log.grad" + count, LogSoftmaxGrad.logSoftmaxGrad(), g, "log" + count)));
        for (Norm kind : List.of(Norm.layerNorm(1e-5), Norm.groupNorm(2, 1e-5))) {
            String path = kind.groups() + "." + count;
            rows.add(new Row("norm" + path, kind, y));
            rows.add(new Row("norm.grad" + path, NormGradInput.normGradInput(kind), g, y, "weight" + count));
            rows.add(new Row("norm.weight" + path, NormGradWeight.normGradWeight(kind), g, y));
        }
        return rows;
    }

    /** What is generated for them in a style. */
    static List<Source> sources(Style style) {
        Map<String, Sizes> shapes = new HashMap<>(inputs());
        List<Source> sources = new ArrayList<>();
        for (Row row : all()) {
            List<Sizes> operands =
                    new ArrayList<>(row.operands().stream().map(shapes::get).toList());
            List<Parameter> params = row.kernel().params(operands);
            Sizes result = row.kernel().output(operands);
            shapes.put(row.path(), result);
            params.forEach(p -> operands.add(p.shape()));
            Works.of(row.kernel(), Site.of(row.kernel(), style, operands, result)).calls().stream()
                    .map(call -> ((Call.Launch) call).source())
                    .forEach(sources::add);
        }
        return sources;
    }
}
