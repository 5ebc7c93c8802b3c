package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.cuda.driver.Graphs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Notes how descriptors of cuDNN's graphs are made, as text, and hands out kernels that were made up. */
final class RecordingGraphs implements Graphs {
    static final long HANDLE = 77;

    /**
     * A kernel that the heuristics name.
     *
     * @param number tells it from others
     * @param mode what heuristics name it
     * @param notes what is said of it
     * @param workspace the scratch memory that it takes, in bytes
     * @param nanos how long it takes; less than 0 where it cannot be made ready
     */
    record Kernel(int number, int mode, List<Integer> notes, long workspace, long nanos) {
        /** One that the first heuristics name. */
        static Kernel of(int number, long workspace, long nanos) {
            return new Kernel(number, 0, List.of(), workspace, nanos);
        }
    }

    /** What was finished, in order: its number, kind, and attributes in the order in which they were set. */
    final List<String> finished = new ArrayList<>();

    /** Whether only kernels that give the same bits may be taken. */
    boolean deterministic;

    private final Consumer<String> calls;
    private final Consumer<Long> clock;
    private final Map<Long, Kind> kinds = new HashMap<>();
    private final Map<Long, StringBuilder> texts = new HashMap<>();
    private final Map<Long, Map<Attribute, long[]>> values = new HashMap<>();
    private final Map<Long, Kernel> kernels = new HashMap<>();
    private List<Kernel> all = List.of(Kernel.of(0, 1000, 1));
    private long next;

    /**
     * None made yet.
     *
     * @param calls gets what is executed
     * @param clock gets how long it took, in nanoseconds
     */
    RecordingGraphs(Consumer<String> calls, Consumer<Long> clock) {
        this.calls = calls;
        this.clock = clock;
    }

    /** Has these kernels for every graph. */
    void kernels(Kernel... some) {
        all = List.of(some);
    }

    /** How many descriptors have not been freed. */
    int open() {
        return kinds.size();
    }

    @Override
    public long create(Kind kind) {
        next++;
        kinds.put(next, kind);
        texts.put(next, new StringBuilder(next + " " + kind));
        values.put(next, new HashMap<>());
        return next;
    }

    @Override
    public void set(long descriptor, Attribute attribute, long... numbers) {
        requireNonNull(values.get(descriptor)).put(attribute, numbers);
        String text = LongStream.of(numbers)
                .mapToObj(v -> attribute.type() == Type.FLOAT ? "" + Float.intBitsToFloat((int) v) : "" + v)
                .collect(Collectors.joining(","));
        requireNonNull(texts.get(descriptor))
                .append(' ')
                .append(attribute)
                .append('=')
                .append(text);
    }

    private long value(long descriptor, Attribute attribute) {
        return requireNonNull(requireNonNull(values.get(descriptor)).get(attribute))[0];
    }

    @Override
    public void finish(long descriptor) {
        finished.add(requireNonNull(texts.get(descriptor)).toString());
        if (kinds.get(descriptor) == Kind.PLAN) {
            Kernel kernel = requireNonNull(kernels.get(value(descriptor, Attribute.EXECUTION_PLAN_ENGINE_CONFIG)));
            kernels.put(descriptor, kernel);
            if (kernel.nanos < 0) {
                throw new IllegalStateException("NOT_SUPPORTED " + kernel.number);
            }
        }
    }

    @Override
    public long[] numbers(long descriptor, Attribute attribute) {
        Kernel kernel = requireNonNull(kernels.get(descriptor));
        return attribute == Attribute.EXECUTION_PLAN_WORKSPACE_SIZE
                ? new long[] {kernel.workspace}
                : kernel.notes.stream().mapToLong(n -> n).toArray();
    }

    @Override
    public List<Long> descriptors(long descriptor, Attribute attribute, Kind kind) {
        List<Kernel> named = attribute == Attribute.ENGINECFG_ENGINE
                ? List.of(requireNonNull(kernels.get(descriptor)))
                : all.stream()
                        .filter(k -> k.mode == value(descriptor, Attribute.ENGINEHEUR_MODE))
                        .toList();
        List<Long> made = new ArrayList<>();
        for (Kernel kernel : named) {
            made.add(create(kind));
            kernels.put(made.getLast(), kernel);
        }
        return made;
    }

    @Override
    public void free(long descriptor) {
        requireNonNull(kinds.remove(descriptor));
    }

    @Override
    public long handle() {
        return HANDLE;
    }

    @Override
    public boolean isDeterministic() {
        return deterministic;
    }

    @Override
    public void execute(long plan, long pack, long stream) {
        Kernel kernel = requireNonNull(kernels.get(plan));
        Map<Attribute, long[]> where = requireNonNull(values.get(pack));
        long[] ids = requireNonNull(where.get(Attribute.VARIANT_PACK_UNIQUE_IDS));
        long[] addresses = requireNonNull(where.get(Attribute.VARIANT_PACK_DATA_POINTERS));
        List<String> operands = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            operands.add(ids[i] + " at " + RecordingCuda.name(addresses[i]));
        }
        calls.accept("graph by " + kernel.number + " with " + String.join(", ", operands));
        clock.accept(kernel.nanos);
    }
}
