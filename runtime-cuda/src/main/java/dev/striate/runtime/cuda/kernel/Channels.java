package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradWeight;
import dev.striate.core.kernel.ChannelMean;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.ChannelVariance;
import dev.striate.core.kernel.Running;
import java.util.List;

/** Sums over channels, and batch normalization with its gradients. */
final class Channels {
    private Channels() {}

    static Work sum(ChannelSum kernel, List<Sizes> in, Sizes out) {
        return Work.of(terms(in.get(0), "a[j]", "sum", 0, Arg.in(0), Arg.in(0), Arg.in(0), Arg.in(0)));
    }

    static Work mean(ChannelMean kernel, List<Sizes> in, Sizes out) {
        return Work.of(terms(in.get(0), "a[j]", "sum / (N * AREA)", 0, Arg.in(0), Arg.in(0), Arg.in(0), Arg.in(0)));
    }

    static Work variance(ChannelVariance kernel, List<Sizes> in, Sizes out) {
        String term = "(a[j] - mean[c]) * (a[j] - mean[c])";
        return Work.of(terms(in.get(0), term, "sum / (N * AREA)", 0, Arg.in(0), Arg.in(0), Arg.in(1), Arg.in(1)));
    }

    static Work weightGradient(BatchNormGradWeight kernel, List<Sizes> in, Sizes out) {
        String term = "a[j] * ((b[j] - mean[c]) / sqrtf(variance[c] + EPS))";
        return Work.of(terms(in.get(0), term, "sum", kernel.eps(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.in(3)));
    }

    /** A block for each channel sums a term over its elements. Operands that the term does not name may be any. */
    private static Call terms(Sizes x, String term, String result, double eps, Arg a, Arg b, Arg mean, Arg variance) {
        Source source = channels("channel_term", x, eps)
                .text("TERM", term)
                .text("RESULT", result)
                .build();
        return new Call.Launch(source, x.dim(1), List.of(a, b, mean, variance, Arg.out()));
    }

    private static Source.Builder channels(String section, Sizes x, double eps) {
        return Source.of(section)
                .put("N", x.dim(0))
                .put("C", x.dim(1))
                .put("AREA", x.elementsFrom(2))
                .put("EPS", eps);
    }

    static Work forward(BatchNorm kernel, List<Sizes> in, Sizes out) {
        Source source = channels("batch_norm", out, kernel.eps()).build();
        return Work.of(Call.perElement(
                source,
                out.elements(),
                Arg.in(0),
                Arg.in(kernel.mean()),
                Arg.in(kernel.mean() + 1),
                Arg.in(kernel.weight()),
                Arg.in(kernel.weight() + 1),
                Arg.out()));
    }

    static Work inputGradient(BatchNormGradInput kernel, List<Sizes> in, Sizes out) {
        double eps = kernel.norm().eps();
        if (!kernel.norm().ofBatch()) {
            Source source = channels("batch_norm_grad_frozen", out, eps).build();
            return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
        }
        Source source = channels("batch_norm_grad", out, eps).build();
        return Work.of(Call.perElement(
                source,
                out.elements(),
                Arg.in(0),
                Arg.in(1),
                Arg.in(2),
                Arg.in(3),
                Arg.in(4),
                Arg.in(5),
                Arg.in(6),
                Arg.out()));
    }

    static Work scale(ChannelScale kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("channel_scale")
                .put("C", kernel.channels())
                .put("EPS", kernel.eps())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work shift(ChannelShift kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("channel_shift").put("C", out.elements()).build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    static Work running(Running kernel, List<Sizes> in, Sizes out) {
        Source source = Source.of("running")
                .put("COUNT", out.elements())
                .put("KEPT", 1 - kernel.momentum())
                .put("ADDED", kernel.momentum() * kernel.factor())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }
}
