package dev.striate.runtime.backend;

import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.ElementLoss;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Several trained nets of one kind that predict together: every output is the average of theirs. What a loss takes for
 * scores is averaged as the probabilities that it makes of them, and given back as such scores: an output that
 * {@code cross_entropy} reads is the logarithm of the mean of the softmax of the members' outputs. Losses and metrics are
 * those of the averages, so they may depend on the nets through outputs only.
 *
 * <p>It is a net like its members, except that it cannot be trained. A session runs all members, one after the other.
 */
public final class Ensemble implements Net {
    private final List<Net> members;

    /**
     * Of nets with the same outputs.
     *
     * @param members at least one; generated classes of one net, with different weights
     */
    public Ensemble(List<? extends Net> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble has at least one member");
        }
        this.members = List.copyOf(members);
    }

    /** The weights of the first member. */
    @Override
    public Weights weights() {
        return members.getFirst().weights();
    }

    @Override
    public List<String> dimensions() {
        return members.getFirst().dimensions();
    }

    @Override
    public NetSession open(Backend backend, int batch) {
        return open(backend, batch, new int[0]);
    }

    @Override
    public NetSession open(Backend backend, int batch, int... sizes) {
        return joined(backend, batch, sizes, false);
    }

    @Override
    public NetSession evaluation(Backend backend, int batch) {
        return evaluation(backend, batch, new int[0]);
    }

    @Override
    public NetSession evaluation(Backend backend, int batch, int... sizes) {
        return joined(backend, batch, sizes, true);
    }

    /**
     * Refuses.
     *
     * @throws UnsupportedOperationException always: its members are trained
     */
    @Override
    public NetSession training(Backend backend, int batch) {
        throw new UnsupportedOperationException("an ensemble is not trained, its members are");
    }

    private NetSession joined(Backend backend, int batch, int[] sizes, boolean scores) {
        List<NetSession> others = new ArrayList<>();
        try {
            for (Net member : members.subList(1, members.size())) {
                others.add(member.open(backend, batch, sizes));
            }
            Map<String, Average> averages = averages(backend, batch, sizes);
            Backend joining =
                    new Finishing(backend, w -> backend.binder(w).finish(program -> join(program, others, averages)));
            Net first = members.getFirst();
            return scores ? first.evaluation(joining, batch, sizes) : first.open(joining, batch, sizes);
        } catch (RuntimeException e) {
            others.forEach(NetSession::close);
            throw e;
        }
    }

    /** How each output is averaged: the losses that read it tell. */
    private Map<String, Average> averages(Backend backend, int batch, int[] sizes) {
        Map<String, Average> averages = new HashMap<>();
        Set<String> names = new HashSet<>();
        Net first = members.getFirst();
        first.open(recording(backend, p -> names.addAll(p.outputs.keySet())), batch, sizes);
        first.evaluation(
                recording(backend, program -> {
                    Map<String, Step> outputs = outputs(program, names);
                    outputs.forEach((name, step) -> averages.put(name, average(program, step)));
                    requireOutputs(program, outputs);
                }),
                batch,
                sizes);
        return averages;
    }

    private static Backend recording(Backend backend, Consumer<Program> look) {
        return new Finishing(backend, w -> Binder.recorder().finish(look));
    }

    /** The steps that compute the outputs of these names. */
    private static Map<String, Step> outputs(Program program, Set<String> names) {
        Map<String, Step> outputs = new HashMap<>();
        program.outputs.forEach((name, output) -> {
            if (names.contains(name) && output.source() instanceof Step step) {
                outputs.put(name, step);
            }
        });
        return outputs;
    }

    private static Average average(Program program, Step output) {
        for (Step reader : program.steps()) {
            boolean scores =
                    !reader.operands.isEmpty() && reader.operands.getFirst().equals(output);
            if (scores && reader.kernel instanceof CrossEntropy loss) {
                return loss.logarithms() ? Average.LOGARITHMS : Average.SOFTMAX;
            }
            if (scores
                    && reader.kernel instanceof ElementLoss loss
                    && loss.kind() == ElementLoss.Kind.BINARY_CROSS_ENTROPY) {
                return Average.SIGMOID;
            }
        }
        return Average.NUMBERS;
    }

    /** Losses and metrics see the averages only where the nets act on them through outputs. */
    private static void requireOutputs(Program program, Map<String, Step> outputs) {
        Set<Value> averaged = new HashSet<>(outputs.values());
        program.outputs.forEach((name, output) -> {
            if (!outputs.containsKey(name) && readsWeights(output.source(), averaged, new HashSet<>())) {
                throw new IllegalArgumentException(
                        output.source().where + " depends on more than the outputs of the net,"
                                + " so it cannot be computed of an ensemble; make an output of what it reads");
            }
        });
    }

    private static boolean readsWeights(Value value, Set<Value> averaged, Set<Value> seen) {
        if (averaged.contains(value) || !seen.add(value)) {
            return false;
        }
        return value.storage.place == Storage.Place.WEIGHTS
                || (value instanceof Step step
                        && step.operands.stream().anyMatch(o -> readsWeights(o, averaged, seen)));
    }

    /** Lets every run begin with the other members, and every output's step average. */
    private static void join(Program program, List<NetSession> others, Map<String, Average> averages) {
        outputs(program, averages.keySet()).forEach((name, step) -> {
            Runnable average = program.average(
                    averages.getOrDefault(name, Average.NUMBERS),
                    step.tensor(),
                    others.stream()
                            .map(s -> s.output(name).source().storage.memory())
                            .toList());
            boolean inBlocks = step.computed() > 1; // where later steps may read it
            Runnable copy = inBlocks ? Blocks.copy(step.tensor(), step.tensor(step.computed())) : () -> {};
            step.followedBy(() -> {
                average.run();
                copy.run();
            });
        });
        program.behind(others, () -> others.forEach(other -> run(program, other)));
    }

    private static void run(Program program, NetSession other) {
        for (String name : other.inputNames()) {
            Input from = program.inputs.get(name);
            if (from != null) {
                other.input(name).segment().copyFrom(from.storage.host());
            }
        }
        other.run();
    }
}
