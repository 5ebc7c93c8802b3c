package dev.striate.runtime.backend;

import static dev.striate.core.kernel.AvgPoolGrad.avgPoolGrad;
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
import static dev.striate.core.kernel.Pointwise.gradient;
import static dev.striate.core.kernel.Pointwise.tanh;
import static dev.striate.core.kernel.Pool.avgPool;
import static dev.striate.core.kernel.Reshape.reshape;
import static dev.striate.core.kernel.TopK.topK;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/** LeNet-5 with dropout before its last layer, by hand, in the manner of generated code. */
final class LeNet5 implements Net {
    static final NetSpec SPEC = Binder.spec("zoo.mnist.LeNet5", b -> new Session(b.format(1), 1));

    private final Weights weights;

    LeNet5(Weights weights) {
        this.weights = weights;
    }

    static LeNet5 init(long seed) {
        return new LeNet5(Weights.init(SPEC, seed));
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Session open(Backend backend, int batch) {
        return new Session(backend.binder(weights), batch);
    }

    @Override
    public Training evaluation(Backend backend, int batch) {
        return new Training(backend.binder(weights), batch, false);
    }

    @Override
    public Training training(Backend backend, int batch) {
        return training(backend.binder(weights), batch);
    }

    Training training(Binder binder, int batch) {
        return new Training(binder, batch, true);
    }

    /** Keeps the steps in a list; generated code has a field for each. */
    abstract static class Listed extends NetSession {
        final Binder b;
        private final List<Step> steps = new ArrayList<>();

        Listed(Binder b) {
            super(b.source("lenet5.cnn"));
            this.b = b;
        }

        final Step step(int line, String path, Kernel kernel, Value... data) {
            Step step = b.at(line).step(path, kernel, data);
            steps.add(step);
            return step;
        }

        final void gradientOf(String path, Kernel kernel, Value... data) {
            steps.add(b.gradient(path, kernel, data));
        }

        @Override
        protected final void steps() {
            for (int i = 0; i < steps.size(); i++) {
                steps.get(i).run();
            }
        }
    }

    /** The forward pass. */
    static final class Session extends Listed {
        private Session(Binder b, int n) {
            super(b);
            Input image = b.at(5).input("image", n, 1, 28, 28);
            Step pool1 = step(
                    8, "pool1", avgPool(2, 2), tanhOf(8, "conv1", conv(6, 5, 5).pad(2), image));
            Step pool2 = step(9, "pool2", avgPool(2, 2), tanhOf(9, "conv2", conv(16, 5, 5), pool1));
            Step fc1 = tanhOf(10, "fc1", fc(120), step(10, "flatten", flatten(), pool2));
            Step fc2 = tanhOf(10, "fc2", fc(84), fc1);
            b.at(11).output("logits", step(10, "fc3", fc(10), fc2));
            b.bind();
        }

        private Step tanhOf(int line, String path, Kernel kernel, Value x) {
            return step(line, path + ".tanh", tanh(), step(line, path, kernel, x));
        }
    }

    /** Forward, loss and backward; without the backward pass and dropout for evaluation. */
    static final class Training extends Listed {
        private Training(Binder b, int n, boolean train) {
            super(b);
            Input image = b.at(5).input("image", n, 1, 28, 28);
            Input digit = b.at(6).label("digit", 10, n);
            Step conv1 = step(8, "conv1", conv(6, 5, 5).pad(2), image);
            Step tanh1 = step(8, "tanh1", tanh(), conv1);
            Step pool1 = step(8, "pool1", avgPool(2, 2), tanh1);
            Step conv2 = step(9, "conv2", conv(16, 5, 5), pool1);
            Step tanh2 = step(9, "tanh2", tanh(), conv2);
            Step pool2 = step(9, "pool2", avgPool(2, 2), tanh2);
            Step flat = step(10, "flatten", flatten(), pool2);
            Step tanh3 = step(10, "tanh3", tanh(), step(10, "fc1", fc(120), flat));
            Step tanh4 = step(10, "tanh4", tanh(), step(10, "fc2", fc(84), tanh3));
            Step kept = train ? step(10, "dropout1", dropout(0.5, "dropout1"), tanh4) : tanh4;
            Step fc3 = step(10, "fc3", fc(10), kept);
            b.output("logits", fc3);
            b.output("xent", step(13, "xent", crossEntropy(), fc3, digit));
            b.output("acc", step(14, "acc", topK(1), fc3, digit));
            if (train) {
                Step g = step(13, "fc3.grad", crossEntropyGrad(), step(13, "one", fill(1)), fc3, digit);
                g = fcGradients("fc3", g, kept);
                g = step(10, "tanh4.grad", gradient(tanh()), step(10, "drop", dropout(0.5, "dropout1"), g), tanh4);
                g = fcGradients("fc2", g, tanh3);
                g = step(10, "tanh3.grad", gradient(tanh()), g, tanh3);
                g = step(10, "flatten.grad", reshape(n, 16, 5, 5), fcGradients("fc1", g, flat));
                g = step(9, "pool2.grad", avgPoolGrad(avgPool(2, 2), n, 16, 10, 10), g);
                g = step(9, "tanh2.grad", gradient(tanh()), g, tanh2);
                gradientOf("conv2.weight", convGradWeight(conv(16, 5, 5)), g, pool1);
                gradientOf("conv2.bias", channelSum(), g);
                Value weight2 = b.param("conv2.weight");
                g = step(9, "conv2.grad", convGradInput(conv(16, 5, 5), n, 6, 14, 14), g, weight2);
                g = step(8, "pool1.grad", avgPoolGrad(avgPool(2, 2), n, 6, 28, 28), g);
                g = step(8, "tanh1.grad", gradient(tanh()), g, tanh1);
                gradientOf("conv1.weight", convGradWeight(conv(6, 5, 5).pad(2)), g, image);
                gradientOf("conv1.bias", channelSum(), g);
            }
            b.bind();
        }

        private Step fcGradients(String path, Step g, Value x) {
            gradientOf(path + ".weight", fcGradWeight(), g, x);
            gradientOf(path + ".bias", channelSum(), g);
            return step(10, path + ".x", fcGradInput(), g, b.param(path + ".weight"));
        }
    }
}
