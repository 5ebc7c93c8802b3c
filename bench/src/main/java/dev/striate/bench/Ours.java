package dev.striate.bench;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.train.TrainingStep;
import java.util.List;

/** Striate itself: the generated class of a net on the cpu backend. */
final class Ours implements Contestant {
    private final Backend backend;
    private final NetSession session;
    private final Runnable step;
    private final Runnable close;
    private final List<String> results;

    private Ours(Backend backend, NetSession session, Runnable step, Runnable close, List<String> results) {
        this.backend = backend;
        this.session = session;
        this.step = step;
        this.close = close;
        this.results = results;
    }

    /** A session of the forward pass. */
    static Ours inference(Subject subject, Data data, int threads) {
        Backend backend = Backends.cpu(threads);
        NetSession session = subject.create().open(backend, subject.batch(), subject.ordered());
        fill(session, data);
        return new Ours(backend, session, session::run, session::close, session.outputNames());
    }

    /** Training steps: gradients, optimizer and running statistics. */
    static Ours training(Subject subject, Data data, int threads, Optimizer.Sgd optimizer) {
        Backend backend = Backends.cpu(threads);
        Net net = subject.create();
        TrainingStep step = new TrainingStep(net, optimizer, 1, backend, subject.batch(), subject.ordered());
        fill(step.session(), data);
        String loss = subject.training().results().getFirst().name();
        return new Ours(backend, step.session(), step::run, step::close, List.of(loss));
    }

    private static void fill(NetSession session, Data data) {
        for (String name : session.inputNames()) {
            if (session.input(name).isLabel()) {
                session.input(name).copyFrom(data.classes(name));
            } else {
                session.input(name).copyFrom(data.floats(name));
            }
        }
    }

    @Override
    public String name() {
        return "striate";
    }

    @Override
    public String settings() {
        return "backend cpu: " + backend.description();
    }

    @Override
    public void run() {
        step.run();
    }

    @Override
    public float[] result() {
        return Results.join(
                results.stream().map(n -> session.output(n).toArray()).toList());
    }

    @Override
    public void close() {
        close.run();
    }
}
