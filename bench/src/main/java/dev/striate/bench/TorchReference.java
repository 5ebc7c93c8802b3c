package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.runtime.backend.Weights;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The same net computed by libtorch with 64 bits: what the error of 32 bits is measured by. */
final class TorchReference {
    private TorchReference() {}

    /** The outputs of inference, rounded to 32 bits at the end, one after the other. */
    static float[] outputs(Subject subject, Data data, int threads) {
        Torch.threads(threads);
        TorchScript script = TorchScript.of(subject.inference(), subject.sizes(), false);
        JitModule module = new JitModule(new QualifiedName("net"));
        Weights weights = subject.create().weights();
        for (int i = 0; i < script.stored().size(); i++) {
            Node node = script.stored().get(i);
            module.register_buffer(
                    TorchScript.parameter(i),
                    Torch.of(weights.tensor(node.path())).to(ScalarType.Double));
        }
        module.define(script.forward(subject.outputs()));
        List<Tensor> arguments = Torch.arguments(script, subject, data).stream()
                .map(t -> t.to(ScalarType.Double))
                .toList();
        try (IValueVector values = Torch.values(arguments);
                IValue outputs = module.forward(values)) {
            return Torch.elements(outputs);
        }
    }
}
