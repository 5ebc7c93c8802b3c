package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.runtime.backend.Weights;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * libtorch in inference: a frozen TorchScript module, which folds batch normalization into convolutions, in inference
 * mode. The fastest of its settings is found by measuring: row-major or channels last, and with or without {@code
 * optimize_for_inference}, which hands whole chains of layers with packed weights to oneDNN.
 */
final class TorchInference implements Contestant {
    /** A setting runs so often before it is measured: the first runs of TorchScript are slower. */
    private static final int WARM = 3;

    /** A setting is measured this long, and at least {@link #WARM} times. */
    private static final long TRIAL = 150_000_000;

    private record Setting(boolean channelsLast, boolean optimized) {
        String text() {
            return "TorchScript, frozen" + (optimized ? ", optimize_for_inference" : "")
                    + (channelsLast ? ", channels last" : ", row-major");
        }
    }

    private record Candidate(Setting setting, JitModule module, IValueVector arguments) {
        void run() {
            module.forward(arguments).close();
        }

        long time() {
            for (int i = 0; i < WARM; i++) {
                run();
            }
            long best = Long.MAX_VALUE;
            long begin = System.nanoTime();
            for (int i = 0; i < WARM || System.nanoTime() - begin < TRIAL; i++) {
                long start = System.nanoTime();
                run();
                best = Math.min(best, System.nanoTime() - start);
            }
            return best;
        }

        void close() {
            module.close();
            arguments.close();
        }
    }

    private final int threads;
    private final Candidate chosen;
    /** In force between {@link #begin} and {@link #end}: it is one for the whole thread. */
    private @Nullable InferenceMode mode;

    /**
     * Opens the net.
     *
     * @throws UnmappedException when libtorch cannot compute it
     */
    TorchInference(Subject subject, Data data, int threads) {
        this.threads = threads;
        Torch.threads(threads);
        TorchScript script = TorchScript.of(subject.inference(), subject.sizes(), false);
        this.chosen = candidate(fastest(script, subject, data), script, subject, data);
    }

    /** One after the other, since the weights of large nets do not fit into memory several times. */
    private Setting fastest(TorchScript script, Subject subject, Data data) {
        Setting fastest = new Setting(false, false);
        long least = Long.MAX_VALUE;
        for (boolean channelsLast : new boolean[] {false, true}) {
            for (boolean optimized : new boolean[] {false, true}) {
                Setting setting = new Setting(channelsLast, optimized);
                Candidate candidate = candidate(setting, script, subject, data);
                begin();
                long time = candidate.time();
                end();
                candidate.close();
                if (time < least) {
                    least = time;
                    fastest = setting;
                }
            }
        }
        return fastest;
    }

    private static Candidate candidate(Setting setting, TorchScript script, Subject subject, Data data) {
        JitModule module = new JitModule(new QualifiedName("net"));
        Weights weights = subject.create().weights();
        for (int i = 0; i < script.stored().size(); i++) {
            Node node = script.stored().get(i);
            Tensor value = formatted(Torch.of(weights.tensor(node.path())), setting);
            module.register_parameter(TorchScript.parameter(i), value, false);
        }
        module.define(script.forward(subject.outputs()));
        module.eval();
        JitModule frozen = torch.freeze(module);
        List<Tensor> arguments = Torch.arguments(script, subject, data).stream()
                .map(t -> formatted(t, setting))
                .toList();
        return new Candidate(
                setting, setting.optimized ? torch.optimize_for_inference(frozen) : frozen, Torch.values(arguments));
    }

    private static Tensor formatted(Tensor tensor, Setting setting) {
        return setting.channelsLast && tensor.dim() == 4 ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }

    @Override
    public String name() {
        return Torch.version();
    }

    @Override
    public String settings() {
        return chosen.setting.text() + "; " + Torch.libraries();
    }

    @Override
    public void begin() {
        Torch.blasThreads(threads);
        mode = new InferenceMode(true);
    }

    @Override
    public void end() {
        if (mode != null) {
            mode.close();
        }
        Torch.blasThreads(1);
    }

    @Override
    public void run() {
        chosen.run();
    }

    @Override
    public float[] result() {
        try (IValue outputs = chosen.module.forward(chosen.arguments)) {
            return Torch.elements(outputs);
        }
    }

    @Override
    public void close() {
        chosen.close();
    }
}
