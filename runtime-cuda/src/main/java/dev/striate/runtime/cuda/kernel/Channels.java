package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Running;
import java.util.ArrayList;
import java.util.List;

/** Sums over channels, and batch normalization with its gradients. */
final class Channels {
    private Channels() {}

    static Work sum(ChannelSum kernel, Site s) {
        Parts parts = Parts.of(s.in(0));
        Source source = parts.put(s.source("parts", "channel_sum")).build();
        return parts.work(source, parts.sums(1, s), 1, Arg.in(0));
    }

    static Work moments(ChannelMoments kernel, Site s) {
        Parts parts = Parts.of(s.in(0));
        Source source = parts.put(s.source("parts", "channel_moments")).build();
        Source join = parts.put(s.source("join_moments")).build();
        return parts.work(source, join, 2, Arg.in(0));
    }

    static Work gradientSums(BatchNormGradSums kernel, Site s) {
        boolean ofBatch = kernel.norm().ofBatch();
        Parts parts = Parts.of(s.in(0));
        Source source = parts.put(variance(s.source("parts", "batch_norm_grad_sums"), kernel.norm(), s.in(0)))
                .build();
        return parts.work(source, parts.sums(2, s), 2, Arg.in(0), Arg.in(1), Arg.in(2), Arg.in(ofBatch ? 2 : 3));
    }

    /** The variance has an operand of its own, or lies behind the mean. */
    private static Source.Builder variance(Source.Builder source, BatchNorm norm, Form x) {
        return source.put("VARIANCE", norm.ofBatch() ? x.dim(1) : 0).put("EPS", norm.eps());
    }

    private static Source.Builder normalized(String section, BatchNorm norm, Site s) {
        Form x = s.out();
        return variance(s.source(section), norm, x)
                .put("C", x.dim(1))
                .put("SAME_CHANNEL", !x.channelsLast() && Form.atOnce(x.area()) > 1)
                .declare(Places.channelOf(x));
    }

    static Work forward(BatchNorm kernel, Site s) {
        Source.Builder source = normalized("batch_norm", kernel, s);
        Arg mean = Arg.in(kernel.ofBatch() ? 1 : 3);
        Arg variance = Arg.in(kernel.ofBatch() ? 1 : 4);
        Arg weight = Arg.in(kernel.dataOperands());
        Arg bias = Arg.in(kernel.dataOperands() + 1);
        return Work.of(Elements.few(source, s, List.of(Arg.in(0), mean, variance, weight, bias, Arg.out())));
    }

    static Work inputGradient(BatchNormGradInput kernel, Site s) {
        boolean ofBatch = kernel.norm().ofBatch();
        Source.Builder source = normalized(ofBatch ? "batch_norm_grad" : "batch_norm_grad_frozen", kernel.norm(), s);
        List<Arg> args = new ArrayList<>();
        for (int i = 0; i < kernel.dataOperands(); i++) {
            args.add(Arg.in(i));
        }
        args.add(Arg.out());
        return Work.of(Elements.few(source, s, args));
    }

    static Work scale(ChannelScale kernel, Site s) {
        Source source = s.source("channel_scale")
                .put("C", kernel.channels())
                .put("EPS", kernel.eps())
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work shift(ChannelShift kernel, Site s) {
        Source source = s.source("channel_shift").put("C", s.out().elements()).build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    static Work running(Running kernel, Site s) {
        Source source = s.source("running")
                .put("COUNT", s.out().elements())
                .put("ROW", kernel.row())
                .put("KEPT", 1 - kernel.momentum())
                .put("ADDED", kernel.momentum() * kernel.factor())
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }
}
