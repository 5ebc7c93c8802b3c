package dev.striate.runtime.cuda;

import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Fill;
import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A fully connected layer, its loss, and the gradients of both parameters. */
final class Learner extends NetSession {
    private final List<Step> all;

    Learner(Binder b) {
        this(b, Fill.seed(1));
    }

    Learner(Binder b, Fill first) {
        super(b);
        b.format(1).source("learner.cnn");
        Input image = b.at(2).input("image", 2, 4);
        Input label = b.label("label", 3, 2);
        Step fc = b.at(3).step("fc", Fc.fc(3), image);
        Step loss = b.at(4).step("loss", CrossEntropy.crossEntropy(), fc, label);
        Step seed = b.step("seed", first);
        Step grad = b.step("grad", CrossEntropyGrad.crossEntropyGrad(), seed, fc, label);
        Step weight = b.at(3).gradient("fc.weight", FcGradWeight.fcGradWeight(), grad, image);
        Step bias = b.gradient("fc.bias", ChannelSum.channelSum(), grad);
        all = List.of(fc, loss, seed, grad, weight, bias);
        b.output("loss", loss);
        b.bind();
    }

    @Override
    protected void steps() {
        all.forEach(Step::run);
    }

    /** Plain descent of all that a session learns. */
    Runnable descent() {
        Learning learning = learning();
        UpdateLoops.Loop descend = learning.loops().descend();
        UpdateLoops.Run weight = new UpdateLoops.Run(0, 0, 12, 0);
        UpdateLoops.Run bias = new UpdateLoops.Run(12, 0, 3, 0);
        return () -> {
            weight.step(learning.weights(), learning.gradients(), 0.1f);
            descend.run(weight, 0, weight.n());
            bias.step(learning.weights(), learning.gradients(), 0.2f);
            descend.run(bias, 0, bias.n());
        };
    }

    /** Has every run blend each sample with the other. */
    Runnable blending(Arena arena) {
        Learning learning = learning();
        MemorySegment first = learning.loops().state(15, arena);
        UpdateLoops.Loop blend = learning.loops().blend(first);
        UpdateLoops.Run all = new UpdateLoops.Run(0, 0, 15, 0);
        augment(input("image"), Augmentation.none(4).blending(true), 2);
        blend(first, 2);
        totals(List.of(output("loss")), 2);
        Runnable updates = descent();
        return () -> {
            all.step(learning.weights(), learning.gradients(), 0.3f);
            blend.run(all, 0, all.n());
            updates.run();
        };
    }
}
