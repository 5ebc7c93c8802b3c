package dev.striate.runtime.backend;

import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A recorded program: its steps and values, the memory they were given, and whether they may run now. */
final class Program {
    private enum State {
        RECORDED,
        IDLE,
        RUNNING,
        CLOSED
    }

    final Map<String, Input> inputs = new LinkedHashMap<>();
    final Map<String, Output> outputs = new LinkedHashMap<>();
    final RandomState random = new RandomState();

    private final List<Storage> storages = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    /** What has nothing to do: what serves only unwanted gradients, and what others do as well. */
    private final Set<Step> dropped = new HashSet<>();
    /** What only dropped steps would write. */
    private final Set<Storage> unused = new HashSet<>();
    /** What reads weights alone: it runs when they changed. */
    private final Set<Step> prepared = new HashSet<>();

    private final AtomicReference<State> state = new AtomicReference<>(State.RECORDED);
    private String name = "the session";
    private @Nullable SessionMemory memory;
    private @Nullable MemoryUse use;
    /** The gradients, as kernels write them. */
    private @Nullable MemorySegment gradients;
    /** What optimizers work on, in a session that records gradients. */
    private @Nullable Learning learning;

    private @Nullable Weights weights;
    private long bytes;
    private long leastBytes;
    private int next;
    /** The version of the weights that the prepared steps saw; none yet. */
    private long seen = -1;

    /** The version at the beginning of the run. */
    private long current;

    /** Whether launched runs do the steps twice. */
    private boolean blended;

    private List<NetSession> others = List.of();
    private Runnable before = () -> {};

    /** Says which source the program comes from. */
    void source(String file) {
        name = "the session of " + file;
    }

    /** How many values there are to plan for, once it is known how they lie. */
    int values() {
        return Math.toIntExact(
                storages.stream().filter(s -> s.place == Storage.Place.ARENA).count());
    }

    /** What messages call it. */
    String name() {
        return name;
    }

    /** The index of the next step to be recorded. */
    int size() {
        return steps.size();
    }

    /** Whether nothing can be recorded any more. */
    boolean isBound() {
        return state.get() != State.RECORDED;
    }

    /** The steps in the order in which they run. */
    List<Step> steps() {
        return steps;
    }

    /** The steps that have results of their own. */
    List<Step> computing() {
        return steps.stream()
                .filter(step -> !step.alias && !dropped.contains(step))
                .toList();
    }

    /** The steps that compute something in every run. */
    List<Step> running() {
        return steps.stream()
                .filter(step -> (!step.alias || step.copies()) && !dropped.contains(step) && !prepared.contains(step))
                .toList();
    }

    /** What times so many steps. */
    StepClock clock(int number) {
        return Objects.requireNonNull(memory).clock(number);
    }

    /** Takes over other sessions, which run before this one does, and closes them with it. */
    void behind(List<NetSession> sessions, Runnable run) {
        others = sessions;
        before = run;
    }

    /** What averages the result of a step and others like it, in its place. */
    Runnable average(Average kind, Tensor own, List<MemorySegment> all) {
        return Objects.requireNonNull(memory).average(kind, own, all);
    }

    void add(Storage storage) {
        storages.add(storage);
    }

    void add(Step step) {
        steps.add(step);
    }

    /** Finds the steps that serve nothing but unwanted gradients: they take no memory and do nothing. */
    private void drop() {
        Set<Value> used = new HashSet<>();
        Set<Value> needed = new HashSet<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            boolean serves = needed.contains(step) || !used.contains(step) || step.storage.isKept();
            used.addAll(step.operands);
            if (step.isUnwanted() || !serves) {
                dropped.add(step);
            } else {
                needed.addAll(step.operands);
            }
        }
    }

    /** Plans the memory, takes it, and gives every step its kernel. */
    void bind(KernelTable kernels, UpdateLoops loops, Weights bound, boolean reuseMemory) {
        weights = bound;
        drop();
        dropped.addAll(Joins.find(kernels, steps, dropped));
        boolean recordsGradients = storages.stream().anyMatch(s -> s.place == Storage.Place.GRADIENTS);
        SessionMemory own = new SessionMemory(kernels.device());
        memory = own;
        long ofGradients = recordsGradients ? Tensor.ELEMENT * bound.spec().count() : 0;
        List<Buffer> buffers = new ArrayList<>();
        MemoryUse takes = new MemoryUse(this, bound, recordsGradients, own.isOnDevice(), buffers);
        use = takes;
        try {
            Layouts layouts = new Layouts(kernels, steps, dropped, storages, !recordsGradients);
            if (!recordsGradients) { // else the weights change after every run
                prepare(layouts);
            }
            addValues(buffers, layouts, reuseMemory);
            addWorkspaces(buffers, kernels);
            buffers.add(new Buffer(workerMemory(kernels), 0, size()));
            Plan plan = PlanCache.plan(buffers);
            bytes = plan.bytes() + ofGradients;
            leastBytes = plan.lowerBound() + ofGradients;
            MemorySegment weightValues = own.weights(bound, recordsGradients);
            MemorySegment values = own.allocate(bytes);
            MemorySegment computed = values.asSlice(plan.bytes());
            if (recordsGradients) {
                own.gradients(computed);
                gradients = computed;
            }
            bindValues(values, weightValues, computed, plan);
            own.mirror(inputs.values(), outputs.values());
            Packs packs = new Packs(bound, !recordsGradients);
            bindSteps(kernels, layouts, packs, workspaces(values, plan, buffers));
            bytes += packs.allocate(own.arena());
            own.ready();
            learning = recordsGradients ? own.learning(bound, computed, loops) : null;
            if (!own.isOnDevice()) {
                WarmUp.run(running());
            }
        } catch (OutOfMemoryError e) {
            own.close();
            throw takes.tooMuch(e);
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
        state.set(State.IDLE);
    }

    /** Finds the steps that read weights alone; what they compute is kept from run to run. */
    private void prepare(Layouts layouts) {
        for (Step step : steps) {
            boolean isPrepared = !dropped.contains(step)
                    && layouts.isPlain(step)
                    && step.operands.stream()
                            .allMatch(x -> x.storage.place == Storage.Place.WEIGHTS || prepared.contains(x));
            if (isPrepared && !step.kernel.isRandom()) {
                prepared.add(step);
                step.storage.keepThroughout();
            }
        }
    }

    /** The values in the arena. */
    private void addValues(List<Buffer> buffers, Layouts layouts, boolean reuseMemory) {
        dropped.stream().filter(step -> !step.alias).forEach(step -> unused.add(step.storage));
        unused.addAll(layouts.unused());
        Map<Storage, Integer> numbers = new HashMap<>();
        Map<Storage, Step> writers = new HashMap<>();
        computing().forEach(step -> writers.put(step.storage(step.computed()), step));
        for (Storage s : storages) {
            if (s.place == Storage.Place.ARENA) {
                numbers.put(s, buffers.size());
                Step writer = writers.get(s);
                if (unused.contains(s)) {
                    buffers.add(new Buffer(0, 0, 0));
                } else if (reuseMemory) {
                    buffers.add(
                            s.buffer(size(), writer == null ? List.of() : over(writer, layouts.of(writer), numbers)));
                } else {
                    buffers.add(new Buffer(s.bytes, 0, size()));
                }
            }
        }
    }

    /** One workspace for each step, behind the values. A device's libraries prepare their calls for that. */
    private void addWorkspaces(List<Buffer> buffers, KernelTable kernels) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean idle = step.alias || dropped.contains(step);
            buffers.add(new Buffer(idle ? 0 : kernels.workspace(step.kernel, step.operandShapes()), i, i));
        }
    }

    /** What the threads need of their own in some step. */
    private long workerMemory(KernelTable kernels) {
        return computing().stream()
                .mapToLong(step -> kernels.workerMemory(step.kernel, step.operandShapes()))
                .max()
                .orElse(0);
    }

    /** The numbers of the buffers that a step may write its result over, once they are not needed any more. */
    private static List<Integer> over(Step step, Layout layout, Map<Storage, Integer> numbers) {
        if (!step.kernel.isElementwise()) {
            return List.of();
        }
        List<Storage> read = IntStream.range(0, step.operands.size())
                .mapToObj(k -> step.operands.get(k).storage(layout.operands().get(k)))
                .toList();
        return read.stream()
                .distinct()
                .filter(s -> s.place == Storage.Place.ARENA && !s.isKept() && numbers.containsKey(s))
                .filter(s -> IntStream.range(0, read.size()).allMatch(k -> read.get(k) != s || isLike(step, layout, k)))
                .map(numbers::get)
                .toList();
    }

    /** Whether an operand of a step has its elements where the result has them. */
    private static boolean isLike(Step step, Layout layout, int operand) {
        return step.operands.get(operand).shape().equals(step.shape())
                && layout.operands().get(operand) == layout.result();
    }

    private void bindValues(MemorySegment arena, MemorySegment weightValues, MemorySegment computed, Plan plan) {
        int planned = 0;
        for (Storage s : storages) {
            switch (s.place) {
                case ARENA -> {
                    int buffer = planned++;
                    if (!unused.contains(s)) {
                        s.place(plan.offsets().get(buffer));
                        s.bind(arena);
                    }
                }
                case WEIGHTS -> s.bind(weightValues);
                case GRADIENTS -> s.bind(computed);
            }
        }
    }

    /** The workspace of each step, and last the memory of threads. */
    private List<MemorySegment> workspaces(MemorySegment memory, Plan plan, List<Buffer> buffers) {
        int first = values();
        return IntStream.range(first, buffers.size())
                .mapToObj(i ->
                        memory.asSlice(plan.offsets().get(i), buffers.get(i).bytes()))
                .toList();
    }

    private void bindSteps(KernelTable kernels, Layouts layouts, Packs packs, List<MemorySegment> workspaces) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (dropped.contains(step)) {
                continue;
            }
            Runnable action = () -> {};
            if (!step.alias) {
                Layout layout = layouts.of(step);
                List<Tensor> in = new ArrayList<>();
                for (int k = 0; k < step.operands.size(); k++) {
                    in.add(step.operands.get(k).tensor(layout.operands().get(k)));
                }
                Operands operands = new Operands(
                        in,
                        step.tensor(layout.result()),
                        workspaces.get(i),
                        workspaces.getLast(),
                        packs,
                        random,
                        step.where);
                action = kernels.bind(step.kernel, operands);
            }
            Runnable own = prepared.contains(step) ? whenOutdated(action) : action;
            step.action(action, layouts.withCopies(step, own, this::whenOutdated));
        }
    }

    private Runnable whenOutdated(Runnable action) {
        return () -> {
            if (seen != current) {
                action.run();
            }
        };
    }

    /** The gradients of all parameters, as Java reads them. */
    MemorySegment gradients() {
        if (gradients == null) {
            throw noGradients();
        }
        return Objects.requireNonNull(memory).read(gradients);
    }

    /** What optimizers work on. */
    Learning learning() {
        if (learning == null) {
            throw noGradients();
        }
        return learning;
    }

    /** Prepares runs that nobody waits for; null in Java's memory, and behind others, which have to be waited for. */
    @Nullable
    Totals totals(List<Output> scores, int samples) {
        if (!others.isEmpty()) {
            return null;
        }
        List<DeviceSession.Score> places = scores.stream()
                .map(s -> new DeviceSession.Score(s.source().storage.memory(), s.tally()))
                .toList();
        return Objects.requireNonNull(memory).totals(places, samples, inputs.values());
    }

    /** Whether values lie in the memory of a device; not behind others, which are given the inputs as Java has them. */
    boolean isOnDevice() {
        return others.isEmpty() && Objects.requireNonNull(memory).isOnDevice();
    }

    /** Lets the device do transforms of an input. */
    void augment(Input input, Augmentation how, int pictures) {
        Objects.requireNonNull(memory)
                .augment(
                        "`" + input.name() + "`",
                        input.storage,
                        how,
                        input.shape().dim(0),
                        pictures);
    }

    /** Has launched runs do the steps for the labels of either side; see {@link NetSession#blend}. */
    void blend(MemorySegment first, int samples) {
        SessionMemory own = Objects.requireNonNull(memory);
        inputs.values().stream()
                .filter(Input::isLabel)
                .forEach(label -> own.exchange(label.storage, label.shape().dim(0), samples));
        own.blend(first);
        blended = true;
    }

    /** Whether launched runs do the steps twice. */
    boolean isBlended() {
        return blended;
    }

    /** How much of its own each blended sample keeps. */
    void share(float share) {
        Objects.requireNonNull(memory).share(share);
    }

    private IllegalStateException noGradients() {
        return new IllegalStateException(name + " records no gradients");
    }

    /** The bytes that the session takes besides the weights. */
    long bytes() {
        return bytes;
    }

    /** What no plan of the memory can be below. */
    long leastBytes() {
        return leastBytes;
    }

    /** Claims the program for one run; see {@link DeviceSession#begin}. */
    void start(boolean ahead, @Nullable Runnable updates) {
        if (!state.compareAndSet(State.IDLE, State.RUNNING)) {
            throw notIdle();
        }
        next = 0;
        Weights now = Objects.requireNonNull(weights);
        current = now.version();
        try {
            before.run();
            Objects.requireNonNull(memory).begin(now, seen != current, ahead, updates);
        } catch (RuntimeException | OutOfMemoryError e) {
            stop();
            throw e;
        }
    }

    /** Says what to do where a device has not enough memory for a run. */
    OutOfMemoryError explained(OutOfMemoryError e) {
        return Objects.requireNonNull(memory).isOnDevice() ? explained(e, "a run of it needs") : e;
    }

    /** Says what to do where there is not enough memory for something beside the session, which {@code needs} more. */
    OutOfMemoryError explained(OutOfMemoryError e, String needs) {
        return Objects.requireNonNull(use).explained(e, needs);
    }

    /** Checks that step {@code index} is the one whose turn it is. */
    void begin(int index, Step step) {
        if (state.get() != State.RUNNING) {
            throw new IllegalStateException(step.where + " runs only within its session's run()");
        }
        if (index != next) {
            throw new IllegalStateException(step.where + " runs out of order");
        }
        next++;
    }

    /**
     * Checks that every step ran.
     *
     * @param ahead whether nobody waits for them
     * @param updates what else belongs to the run, if anything
     */
    void finish(boolean ahead, @Nullable Runnable updates) {
        requireAll();
        Objects.requireNonNull(memory).end(ahead, updates);
        seen = current;
    }

    private void requireAll() {
        if (next != steps.size()) {
            throw new IllegalStateException(steps.get(next).where + " did not run");
        }
    }

    /** Checks that every step ran, and has them run a second time. */
    void again() {
        requireAll();
        next = 0;
        Objects.requireNonNull(memory).again();
    }

    /** Gives the program back after a run. */
    void stop() {
        Objects.requireNonNull(memory).stop();
        state.set(State.IDLE);
    }

    void requireIdle() {
        if (state.get() != State.IDLE) {
            throw notIdle();
        }
    }

    private IllegalStateException notIdle() {
        return new IllegalStateException(name
                + switch (Objects.requireNonNull(state.get())) {
                    case RECORDED -> " was only recorded; open one on a backend";
                    case CLOSED -> " is closed";
                    case IDLE, RUNNING -> " is running; a session is for one thread at a time";
                });
    }

    /** Frees the memory; the second time nothing happens. */
    void close() {
        if (state.compareAndSet(State.RECORDED, State.CLOSED) || state.get() == State.CLOSED) {
            return;
        }
        if (!state.compareAndSet(State.IDLE, State.CLOSED)) {
            throw notIdle();
        }
        if (memory != null) {
            memory.close();
        }
        others.forEach(NetSession::close);
    }
}
