package dev.striate.runtime.backend;

import static java.util.Objects.requireNonNull;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.tensor.Tensor;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Measures which of several kernels is the fastest for a description and its shapes, once, and keeps what came out. Kernels round differently, so results may differ in their last bits from those without measuring.
 */
public final class Tuner {
    /** The system property that turns measuring on: {@code true}. It is read whenever a session is bound. */
    public static final String PROPERTY = "striate.tune";

    /** Each kernel has so many turns; the fastest run of all counts, so that neither warming up nor others' load does. */
    private static final int TURNS = 20;

    /** Nanoseconds of a turn, in which there is at least one run. */
    private static final long TURN = 4_000_000;

    private final TunerFile file;
    /** Whether the log says that something is measured. */
    private boolean says;

    /**
     * Goes on from what was measured before.
     *
     * @param folder where that is kept
     * @param setting what the choices depend on beside the descriptions: machine, threads, version; one line
     */
    public Tuner(Path folder, String setting) {
        this.file = new TunerFile(folder, setting);
    }

    /**
     * The fastest kernel: the one that was found before, else measured now and kept.
     *
     * @param operands the shapes of the data operands and then of the parameters
     * @param candidates what can do it, by name; at least one
     */
    <K extends Kernel> KernelFactory<K> fastest(
            K kernel, List<Sizes> operands, Map<String, KernelFactory<K>> candidates) {
        String description = kernel + " of " + operands;
        String fastest = choice(description, candidates.keySet(), () -> measure(kernel, operands, candidates));
        return requireNonNull(candidates.get(fastest));
    }

    /**
     * What is the fastest: what was found before, else what is measured now, and kept.
     *
     * @param description of what is done, in one line
     * @param names of what can do it
     * @param measures says which of them is the fastest
     */
    public synchronized String choice(String description, Collection<String> names, Supplier<String> measures) {
        String known = file.get(description);
        if (names.contains(known)) {
            return known;
        }
        if (!says) {
            says = true;
            System.getLogger("dev.striate.runtime")
                    .log(
                            Level.INFO,
                            "measuring which kernels are the fastest; what comes out is kept in " + file.path());
        }
        String fastest = measures.get();
        file.put(description, fastest);
        return fastest;
    }

    private static <K extends Kernel> String measure(
            K kernel, List<Sizes> operands, Map<String, KernelFactory<K>> candidates) {
        try (Arena arena = Arena.ofShared()) { // kernels run on several threads
            Map<String, Runnable> runs = new LinkedHashMap<>();
            candidates.forEach((name, factory) -> runs.put(name, bind(factory, kernel, operands, arena)));
            Map<String, Long> best = new LinkedHashMap<>();
            for (int turn = 0; turn < TURNS; turn++) {
                runs.forEach((name, run) -> best.merge(name, turn(run), Math::min));
            }
            return Collections.min(best.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
        }
    }

    /** The fastest run of a turn, in nanoseconds. */
    private static long turn(Runnable run) {
        long best = Long.MAX_VALUE;
        long begin = System.nanoTime();
        long last = begin;
        while (last - begin < TURN) {
            run.run();
            long now = System.nanoTime();
            best = Math.min(best, now - last);
            last = now;
        }
        return best;
    }

    /** A kernel on zeros, on operands that lie as it wants them. */
    private static <K extends Kernel> Runnable bind(
            KernelFactory<K> factory, K kernel, List<Sizes> operands, Arena arena) {
        List<Parameter> parameters = kernel.params(operands.subList(0, kernel.dataOperands()));
        List<Sizes> data = operands.subList(0, operands.size() - parameters.size());
        Weights weights = Weights.zeros(new NetSpec("tuning", parameters));
        Sizes result = kernel.output(data);
        Layout layout = factory.layout(kernel, operands, result, Collections.nCopies(operands.size(), 1));
        List<Tensor> in = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            in.add(tensor(data.get(i), layout.operands().get(i), arena));
        }
        parameters.forEach(p -> in.add(weights.tensor(p.name())));
        MemorySegment workspace = arena.allocate(Math.max(1, factory.workspace(kernel, operands)), Tensor.ALIGNMENT);
        MemorySegment workers = arena.allocate(Math.max(1, factory.workerMemory(kernel, operands)), Tensor.ALIGNMENT);
        Packs packs = new Packs(weights, true);
        Tensor out = tensor(result, layout.result(), arena);
        Runnable run =
                factory.bind(kernel, new Operands(in, out, workspace, workers, packs, new RandomState(), "tuning"));
        packs.allocate(arena);
        return run;
    }

    private static Tensor tensor(Sizes shape, int lanes, Arena arena) {
        return new Tensor(shape, arena.allocate(Tensor.bytes(shape, lanes), Tensor.ALIGNMENT), lanes);
    }
}
