package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
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

    static Work sum(ChannelSum kernel, List<Sizes> in, Sizes out) {
        return perChannel(channels("channel_sum", in.get(0)).build(), in.get(0), Arg.in(0), Arg.out());
    }

    static Work moments(ChannelMoments kernel, List<Sizes> in, Sizes out) {
        return perChannel(channels("channel_moments", in.get(0)).build(), in.get(0), Arg.in(0), Arg.out());
    }

    static Work gradientSums(BatchNormGradSums kernel, List<Sizes> in, Sizes out) {
        boolean ofBatch = kernel.norm().ofBatch();
        Source source = normalized("batch_norm_grad_sums", kernel.norm(), in.get(0));
        return perChannel(source, in.get(0), Arg.in(0), Arg.in(1), Arg.in(2), Arg.in(ofBatch ? 2 : 3), Arg.out());
    }

    private static Work perChannel(Source source, Sizes x, Arg... args) {
        return Work.of(new Call.Launch(source, x.dim(1), List.of(args)));
    }

    private static Source.Builder channels(String section, Sizes x) {
        return Source.of(section).put("N", x.dim(0)).put("C", x.dim(1)).put("AREA", x.elementsFrom(2));
    }

    /** The variance has an operand of its own, or lies behind the mean. */
    private static Source normalized(String section, BatchNorm norm, Sizes x) {
        return channels(section, x)
                .put("VARIANCE", norm.ofBatch() ? x.dim(1) : 0)
                .put("EPS", norm.eps())
                .build();
    }

    static Work forward(BatchNorm kernel, List<Sizes> in, Sizes out) {
        Source source = normalized("batch_norm", kernel, out);
        Arg mean = Arg.in(kernel.ofBatch() ? 1 : 3);
        Arg variance = Arg.in(kernel.ofBatch() ? 1 : 4);
        Arg weight = Arg.in(kernel.dataOperands());
        Arg bias = Arg.in(kernel.dataOperands() + 1);
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), mean, variance, weight, bias, Arg.out()));
    }

    static Work inputGradient(BatchNormGradInput kernel, List<Sizes> in, Sizes out) {
        boolean ofBatch = kernel.norm().ofBatch();
        Source source = normalized(ofBatch ? "batch_norm_grad" : "batch_norm_grad_frozen", kernel.norm(), out);
        List<Arg> args = new ArrayList<>();
        for (int i = 0; i < kernel.dataOperands(); i++) {
            args.add(Arg.in(i));
        }
        args.add(Arg.out());
        return Work.of(new Call.Launch(source, Call.blocks(out.elements()), args));
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
                .put("ROW", kernel.row())
                .put("KEPT", 1 - kernel.momentum())
                .put("ADDED", kernel.momentum() * kernel.factor())
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }
}
