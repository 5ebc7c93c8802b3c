package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * libtorch in training: forward pass in TorchScript, gradients by its autograd, and its fused optimizer {@code
 * _fused_sgd_}, which updates all parameters in one call. Gradients are new tensors in each step, so that there is none
 * to be set to zero.
 */
final class TorchTraining implements Contestant {
    private final int threads;
    private final boolean channelsLast;
    private final TorchScript script;
    private final List<Node> learned = new ArrayList<>();
    private final JitModule gradients = new JitModule(new QualifiedName("net"));
    private final JitModule update = new JitModule(new QualifiedName("update"));
    private final IValueVector arguments;
    private float[] result = new float[0];

    /**
     * Opens the net.
     *
     * @param channelsLast the layout of feature maps and of the kernels of convolutions, else row-major
     * @throws UnmappedException when libtorch cannot compute it
     */
    TorchTraining(Subject subject, Data data, int threads, Optimizer.Sgd sgd, boolean channelsLast) {
        this.threads = threads;
        this.channelsLast = channelsLast;
        Torch.threads(threads);
        this.script = TorchScript.of(subject.training(), subject.sizes(), true);
        register(subject.create().weights());
        gradients.define(
                script.gradients(subject.training().results().getFirst().node(), learned));
        update.define(updates(sgd));
        this.arguments = Torch.values(Torch.arguments(script, subject, data).stream()
                .map(this::formatted)
                .toList());
    }

    private void register(Weights weights) {
        for (int i = 0; i < script.stored().size(); i++) {
            Node node = script.stored().get(i);
            Tensor value = formatted(Torch.of(weights.tensor(node.path())));
            if (node.isParam()) {
                value.set_requires_grad(true);
                update.register_buffer("p" + learned.size(), value);
                update.register_buffer("v" + learned.size(), torch.zeros_like(value));
                learned.add(node);
            }
            gradients.register_parameter(TorchScript.parameter(i), value, !node.isParam());
        }
    }

    private Tensor formatted(Tensor tensor) {
        return channelsLast && tensor.dim() == 4 ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }

    /** The list of the parameters is returned, since TorchScript leaves out what it thinks that nobody sees. */
    private String updates(Optimizer.Sgd sgd) {
        return "def forward(self, found: List[Tensor]) -> List[Tensor]:\n"
                + "    params = [" + attributes("p") + "]\n"
                + "    torch._fused_sgd_(params, found[1:], [" + attributes("v") + "], weight_decay=" + sgd.decay()
                + ", momentum=" + sgd.momentum() + ", lr=" + sgd.lr() + ", dampening=0.0, nesterov="
                + (sgd.nesterov() ? "True" : "False") + ", maximize=False, is_first_step=False)\n"
                + "    return params\n";
    }

    private String attributes(String letter) {
        return IntStream.range(0, learned.size())
                .mapToObj(i -> "self." + letter + i)
                .collect(Collectors.joining(", "));
    }

    @Override
    public String name() {
        return Torch.version();
    }

    @Override
    public String settings() {
        return "TorchScript, autograd, _fused_sgd_, " + (channelsLast ? "channels last" : "row-major") + "; "
                + Torch.libraries();
    }

    @Override
    public void begin() {
        Torch.blasThreads(threads);
    }

    @Override
    public void end() {
        Torch.blasThreads(1);
    }

    @Override
    public void run() {
        try (IValue found = gradients.forward(arguments)) {
            result = new float[] {first(found)};
            try (NoGradGuard _ = new NoGradGuard();
                    IValueVector taken = new IValueVector(found)) {
                update.forward(taken).close();
            }
        }
    }

    private static float first(IValue found) {
        try (GenericList values = found.toList();
                IValue loss = values.get(0);
                Tensor value = loss.toTensor()) {
            return value.item_float();
        }
    }

    /** The gradients at the weights of now, one parameter after the other in the order of {@link #parameters}. */
    float[] gradients() {
        try (IValue found = gradients.forward(arguments)) {
            float[] all = Torch.elements(found);
            return Arrays.copyOfRange(all, 1, all.length);
        }
    }

    /** The paths of the learned parameters, in the order of the graph. */
    List<String> parameters() {
        return learned.stream().map(Node::path).toList();
    }

    @Override
    public float[] result() {
        return result;
    }

    @Override
    public void close() {
        gradients.close();
        update.close();
    }
}
