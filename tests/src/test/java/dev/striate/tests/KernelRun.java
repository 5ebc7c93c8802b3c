package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.List;

/** A session of the one kernel of a case. */
final class KernelRun extends NetSession {
    private final OpCase c;
    private final List<Input> inputs = new ArrayList<>();
    private final Step step;
    private final Output result;

    private KernelRun(Binder b, OpCase c, Kernel kernel) {
        super(b);
        this.c = c;
        for (Node source : c.data()) {
            inputs.add(Feeds.declare(b, source, c.value(source).shape()));
        }
        step = b.shared(c.node().path(), owner(c), kernel, inputs.toArray(Value[]::new));
        result = b.output("result", step);
        b.bind();
    }

    /** The path that the parameters belong to. */
    private static String owner(OpCase c) {
        int data = c.data().size();
        if (data == c.node().inputs().size()) {
            return c.node().path();
        }
        String param = c.node().input(data).path();
        return param.substring(0, param.lastIndexOf('.'));
    }

    /** The result of the kernel on a backend. */
    static Nd of(OpCase c, Backend backend) {
        Kernel kernel = Kernels.of(c);
        NetSpec spec = Binder.spec("case", b -> new KernelRun(b, c, kernel));
        Weights weights = Weights.zeros(spec);
        for (Node param : c.node().inputs().stream().filter(Node::isStored).toList()) {
            Feeds.fill(weights, param.path(), c.value(param));
        }
        try (KernelRun session = new KernelRun(backend.binder(weights), c, kernel)) {
            session.at(OpCase.SEED, OpCase.STEP);
            session.fill();
            session.run();
            float[] values = session.result.toArray();
            return Nd.of(session.result.shape(), i -> values[i]);
        }
    }

    private void fill() {
        for (int i = 0; i < inputs.size(); i++) {
            Feeds.fill(inputs.get(i), c.value(c.data().get(i)));
        }
    }

    @Override
    protected void steps() {
        step.run();
    }
}
