package dev.striate.runtime.train;

import static dev.striate.core.kernel.ChannelSum.channelSum;
import static dev.striate.core.kernel.Conv.conv;
import static dev.striate.core.kernel.ConvGradInput.convGradInput;
import static dev.striate.core.kernel.ConvGradWeight.convGradWeight;
import static dev.striate.core.kernel.CrossEntropy.crossEntropy;
import static dev.striate.core.kernel.CrossEntropyGrad.crossEntropyGrad;
import static dev.striate.core.kernel.Dropout.dropout;
import static dev.striate.core.kernel.Fc.fc;
import static dev.striate.core.kernel.FcGradInput.fcGradInput;
import static dev.striate.core.kernel.FcGradWeight.fcGradWeight;
import static dev.striate.core.kernel.Fill.fill;
import static dev.striate.core.kernel.Flatten.flatten;
import static dev.striate.core.kernel.MaxPoolGrad.maxPoolGrad;
import static dev.striate.core.kernel.Pointwise.gradient;
import static dev.striate.core.kernel.Pointwise.relu;
import static dev.striate.core.kernel.Pool.maxPool;
import static dev.striate.core.kernel.Reshape.reshape;
import static dev.striate.core.kernel.TopK.topK;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.Pool;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.List;

/** A small convolutional net for the embedded digits with its backward pass, written by hand. */
record DigitsNet(Weights weights) implements Net {
    private static final int CHANNELS1 = 16;
    private static final int CHANNELS2 = 32;

    static final NetSpec SPEC = Binder.spec("test.Digits", b -> new Session(b, 1, Phase.INFERENCE));

    private enum Phase {
        INFERENCE,
        EVALUATION,
        TRAINING
    }

    static DigitsNet init(long seed) {
        return new DigitsNet(Weights.init(SPEC, seed));
    }

    @Override
    public NetSession open(Backend backend, int batch) {
        return new Session(backend.binder(weights), batch, Phase.INFERENCE);
    }

    @Override
    public NetSession evaluation(Backend backend, int batch) {
        return new Session(backend.binder(weights), batch, Phase.EVALUATION);
    }

    @Override
    public NetSession training(Backend backend, int batch) {
        return new Session(backend.binder(weights), batch, Phase.TRAINING);
    }

    private static final class Session extends NetSession {
        private static final Conv CONV1 = conv(CHANNELS1, 3, 3).pad(1);
        private static final Conv CONV2 = conv(CHANNELS2, 3, 3).pad(1);
        private static final Pool POOL = maxPool(2, 2);
        private static final Fc FC = fc(10);

        private final List<Step> steps = new ArrayList<>();

        Session(Binder b, int n, Phase phase) {
            super(b.source("digits.cnn"));
            Input image = b.input("image", n, 1, 8, 8);
            Step conv1 = add(b.step("conv1", CONV1, image));
            Step relu1 = add(b.step("relu1", relu(), conv1));
            Step conv2 = add(b.step("conv2", CONV2, relu1));
            Step relu2 = add(b.step("relu2", relu(), conv2));
            Step pool = add(b.step("pool1", POOL, relu2));
            Step flat = add(b.step("flatten1", flatten(), pool));
            Step drop = phase == Phase.TRAINING ? add(b.step("drop", dropout(0.25, "drop"), flat)) : flat;
            Step logits = add(b.step("fc", FC, drop));
            b.output("logits", logits);
            if (phase != Phase.INFERENCE) {
                Input digit = b.label("digit", 10, n);
                b.output("xent", add(b.step("xent", crossEntropy(), logits, digit)));
                b.output("acc", add(b.step("acc", topK(1), logits, digit)));
                if (phase == Phase.TRAINING) {
                    backward(b, n, new Forward(image, conv1, relu1, conv2, relu2, pool, drop, logits, digit));
                }
            }
            b.bind();
        }

        private record Forward(
                Input image,
                Step conv1,
                Step relu1,
                Step conv2,
                Step relu2,
                Step pool,
                Step drop,
                Step logits,
                Input digit) {}

        private void backward(Binder b, int n, Forward f) {
            Step one = add(b.step("one", fill(1)));
            Step gLogits = add(b.step("g_logits", crossEntropyGrad(), one, f.logits, f.digit));
            add(b.gradient("fc.weight", fcGradWeight(), gLogits, f.drop));
            add(b.gradient("fc.bias", channelSum(), gLogits));
            Step gDrop = add(b.step("g_drop", fcGradInput(), gLogits, b.param("fc.weight")));
            Step gFlat = add(b.step("g_flat", dropout(0.25, "drop"), gDrop));
            Step gPool = add(b.step("g_pool", reshape(n, CHANNELS2, 4, 4), gFlat));
            Step gRelu2 = add(b.step("g_relu2", maxPoolGrad(POOL), gPool, f.relu2));
            Step gConv2 = add(b.step("g_conv2", gradient(relu()), gRelu2, f.relu2));
            add(b.gradient("conv2.weight", convGradWeight(CONV2), gConv2, f.relu1));
            add(b.gradient("conv2.bias", channelSum(), gConv2));
            Step gRelu1 =
                    add(b.step("g_relu1", convGradInput(CONV2, n, CHANNELS1, 8, 8), gConv2, b.param("conv2.weight")));
            Step gConv1 = add(b.step("g_conv1", gradient(relu()), gRelu1, f.relu1));
            add(b.gradient("conv1.weight", convGradWeight(CONV1), gConv1, f.image));
            add(b.gradient("conv1.bias", channelSum(), gConv1));
        }

        private Step add(Step step) {
            steps.add(step);
            return step;
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }
    }
}
