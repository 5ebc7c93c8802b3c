package dev.striate.bench;

import ai.onnxruntime.OrtException;
import dev.striate.compiler.onnx.OnnxException;
import dev.striate.compiler.op.DropoutOp;
import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.simd.FmaPeak;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Opens a net with everybody, compares what they compute, and times them in turns. */
final class Bench implements AutoCloseable {
    /** For what is timed: steps so small that nothing diverges however often it runs on the same batch. */
    static final Optimizer.Sgd OPTIMIZER = new Optimizer.Sgd(1e-6, 0.9, false, 5e-4);

    /** For what is compared: steps so large that losses tell whether gradients and updates are the same. */
    static final Optimizer.Sgd COMPARED = new Optimizer.Sgd(0.01, 0.9, false, 5e-4);

    /** A training step counts as three forward passes: one forward, two backward. */
    private static final int PASSES = 3;

    /** After this many training steps the losses are compared, so that gradients and updates count. */
    static final int COMPARED_STEPS = 3;

    private final Subject subject;
    private final boolean training;
    private final int threads;
    private final Data data;
    private final List<Contestant> contestants = new ArrayList<>();
    /** What opens each of them, in training. */
    private final List<Function<Optimizer.Sgd, Contestant>> trainers = new ArrayList<>();

    private final List<String> notes = new ArrayList<>();

    /** Opens ours; peers are added. */
    Bench(Subject subject, boolean training, int threads) {
        this.subject = subject;
        this.training = training;
        this.threads = threads;
        this.data = Data.of(subject);
        if (training) {
            addTrainer(sgd -> Ours.training(subject, data, threads, sgd));
        } else {
            contestants.add(Ours.inference(subject, data, threads));
        }
    }

    private void addTrainer(Function<Optimizer.Sgd, Contestant> trainer) {
        trainers.add(trainer);
        contestants.add(trainer.apply(OPTIMIZER));
    }

    /**
     * Opens the net with a peer; one that cannot compute it becomes a note.
     *
     * @param peer {@code libtorch} or {@code onnxruntime}
     * @throws IllegalArgumentException when there is no such peer
     */
    void add(String peer) throws IOException {
        try {
            switch (peer) {
                case "libtorch" -> addTorch();
                case "onnxruntime" -> addOrt();
                default ->
                    throw new IllegalArgumentException(
                            "there is no peer " + peer + "; there are libtorch, onnxruntime");
            }
        } catch (UnmappedException | OnnxException e) {
            notes.add(peer + " is left out: " + e.getMessage());
        }
    }

    private void addTorch() {
        if (training) {
            boolean channelsLast = isFasterChannelsLast();
            addTrainer(sgd -> new TorchTraining(subject, data, threads, sgd, channelsLast));
        } else {
            contestants.add(new TorchInference(subject, data, threads));
        }
    }

    private boolean isFasterChannelsLast() {
        try (Contestant plain = new TorchTraining(subject, data, threads, OPTIMIZER, false);
                Contestant channelsLast = new TorchTraining(subject, data, threads, OPTIMIZER, true)) {
            long[] times = Race.medians(List.of(plain, channelsLast), COMPARED_STEPS);
            return times[1] < times[0];
        }
    }

    private void addOrt() throws IOException {
        if (training) {
            return; // its Java package has no training
        }
        try {
            contestants.add(new OrtInference(subject, data, threads));
        } catch (OrtException e) {
            notes.add("onnxruntime is left out: " + e.getMessage());
        }
    }

    /** Compares and times. */
    Measurement run(int rounds) {
        double[] differences = differences();
        double before = Handover.nanos();
        long[] nanos = Race.medians(contestants, rounds);
        if (threads > 1) {
            notes.add(Handover.note(before, Handover.nanos()));
        }
        List<Measurement.Entry> entries = new ArrayList<>();
        for (int i = 0; i < nanos.length; i++) {
            Contestant c = contestants.get(i);
            entries.add(new Measurement.Entry(c.name(), c.settings(), nanos[i], differences[i]));
        }
        return new Measurement(
                subject.compiled().qualifiedName(),
                training ? "train" : "infer",
                subject.batch(),
                threads,
                Machine.description(),
                FmaPeak.measure(threads),
                subject.macs() * (training ? PASSES : 1),
                entries,
                notes);
    }

    private double[] differences() {
        if (!training) {
            return differences(contestants, 1);
        }
        if (drops()) {
            notes.add("losses are not compared: everybody drops other elements");
            return new double[contestants.size()];
        }
        List<Contestant> learning =
                trainers.stream().map(trainer -> trainer.apply(COMPARED)).toList();
        double[] differences = differences(learning, COMPARED_STEPS);
        learning.forEach(Contestant::close);
        return differences;
    }

    /** The differences of everybody's result to that of the first, relative, after some runs. */
    static double[] differences(List<Contestant> contestants, int runs) {
        for (Contestant c : contestants) {
            c.begin();
            for (int i = 0; i < runs; i++) {
                c.run();
            }
            c.end();
        }
        float[] first = contestants.getFirst().result();
        return contestants.stream()
                .mapToDouble(c -> Results.distance(c.result(), first))
                .toArray();
    }

    private boolean drops() {
        return subject.training().nodes().stream().anyMatch(n -> n.operation() instanceof DropoutOp);
    }

    @Override
    public void close() {
        contestants.forEach(Contestant::close);
    }
}
