package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Lines;
import dev.striate.runtime.backend.Average;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.DeviceSession;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.RandomState;
import dev.striate.runtime.backend.StepClock;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.AverageKernel;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.TotalsKernels;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.cuda.kernel.Works;
import dev.striate.runtime.tensor.Tensor;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session on a device. Its steps are bound first and compiled together. Runs are of two flavours: those with new weights also
 * compute what follows from weights alone. The first run of a flavour is done step by step, in which libraries load what they need;
 * the second is captured as a graph; all others replay that.
 */
final class CudaSession implements DeviceSession, KernelTable.NativeForm {
    /** How a run is done. */
    private enum Mode {
        /** Every step is given to the stream. */
        STEPS,
        /** Every step is noted, and then all are done. */
        CAPTURE,
        /** What was noted is done. */
        REPLAY
    }

    private record Mirror(Supplier<MemorySegment> host, MemorySegment device, Copied when) {}

    private final Driver driver;
    private final CodeCache code;
    private final Style style;
    private final boolean debug;
    private final WeightsPool pool;
    private final Arena arena = Arena.ofShared();
    private final List<Long> allocated = new ArrayList<>();
    private final List<Mirror> mirrors = new ArrayList<>();
    private final List<MemorySegment> pinned = new ArrayList<>();
    private final List<BoundStep> steps = new ArrayList<>();
    private final LibraryPlans plans;
    private final Report report = new Report();
    private final Map<Tally, Report.Slots> counts = new HashMap<>();
    private final long[] moment = new long[3];

    private @Nullable SharedWeights weights;
    private long stream;
    private @Nullable RandomState random;
    private @Nullable InputQueue queue;
    private @Nullable CudaTotals totals;
    private @Nullable Unscaling unscaling;
    private @Nullable EventClock clock;
    /** The kernel that sets seed and training step; 0 when no step reads them. */
    private long setMoment;

    private long now;
    private long module;
    /** The graph of each flavour; 0 while there is none. */
    private final long[] graphs = new long[2];
    /** Whether there was a run of each flavour. */
    private final boolean[] ran = new boolean[2];

    private int flavour;
    private Mode mode = Mode.REPLAY;

    CudaSession(Cuda cuda, CodeCache code, WeightsPool pool, Style style, boolean debug, @Nullable CallTuner tuner) {
        this.plans = new LibraryPlans(cuda, style, tuner);
        this.style = style;
        this.driver = cuda.driver();
        this.code = code;
        this.debug = debug;
        this.pool = pool;
        driver.enter();
    }

    @Override
    public MemorySegment weights(Weights ofNet, boolean learns) {
        SharedWeights shared = pool.acquire(ofNet);
        weights = shared;
        stream = learns ? shared.stream() : driver.stream();
        return shared.memory();
    }

    @Override
    public Learning learning(MemorySegment gradients) {
        SharedWeights shared = requireNonNull(weights);
        if (shared.gate().scales() && steps.stream().anyMatch(BoundStep::scales)) {
            shared.gate().beginScaling();
            unscaling = new Unscaling(driver, shared, gradients, this::allocate, arena);
        }
        return shared.learning(gradients);
    }

    @Override
    @SuppressWarnings("restricted") // the address is the device's: the segment only carries it
    public MemorySegment allocate(long bytes) {
        long address = driver.allocate(Math.max(bytes, 1));
        allocated.add(address);
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void clear(MemorySegment device) {
        driver.fill(device.address(), (byte) 0, device.byteSize(), stream);
    }

    @Override
    public void pin(MemorySegment host) {
        if (host.byteSize() > 0) {
            driver.pin(host);
            pinned.add(host);
        }
    }

    @Override
    public void mirror(Supplier<MemorySegment> host, MemorySegment device, Copied when) {
        mirrors.add(new Mirror(host, device, when));
    }

    @Override
    public Totals totals(List<Score> scores, int samples) {
        driver.enter();
        queue = new InputQueue(
                driver,
                mirrors.stream()
                        .filter(m -> m.when == Copied.BEFORE_EACH_RUN)
                        .map(m -> new InputQueue.Place(m.host, allocate(m.device.byteSize()), m.device))
                        .toList());
        List<CudaTotals.Score> places = scores.stream().map(this::place).toList();
        CudaTotals sums =
                new CudaTotals(driver, requireNonNull(weights), report, places, samples, this::allocate, arena);
        totals = sums;
        return sums;
    }

    private CudaTotals.Score place(Score score) {
        Report.Slots slots = score.tally() == null ? null : counts.get(score.tally());
        long address = score.memory().address();
        return slots == null
                ? new CudaTotals.Score(address, 0, 0)
                : new CudaTotals.Score(address, report.counts(slots), slots.counts().length);
    }

    @Override
    public StepClock clock(int number) {
        driver.enter();
        EventClock made = new EventClock(driver, stream, number);
        clock = made;
        return made;
    }

    @Override
    public void fetch(MemorySegment device, MemorySegment host) {
        driver.enter();
        driver.download(host, device.address(), stream);
        driver.await(stream);
    }

    @Override
    public Runnable average(Average kind, Tensor own, List<MemorySegment> others) {
        MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, others.size());
        for (int i = 0; i < others.size(); i++) {
            addresses.setAtIndex(ValueLayout.JAVA_LONG, i, others.get(i).address());
        }
        MemorySegment table = allocate(addresses.byteSize());
        driver.upload(table.address(), addresses, stream);
        Lines lines = Average.lines(own.shape());
        long function = requireNonNull(weights).function(AverageKernel.of(kind, lines, others.size() + 1));
        long[] args = {own.data().address(), table.address()};
        return () -> {
            if (mode != Mode.REPLAY) {
                driver.launch(function, Call.blocks(lines.size()), Call.BLOCK, args, stream);
            }
        };
    }

    /** The scratch memory of a step. */
    long workspace(Work work) {
        return plans.workspace(work);
    }

    /** Binds a step; what it returns tells the device to do it, where this run does so step by step. */
    Runnable bind(Kernel kernel, Work work, Operands operands) {
        random = operands.random();
        BoundStep step = new BoundStep(work, operands, plans.of(work), report);
        steps.add(step);
        Runnable action = Described.as(step.kernels(), () -> enqueue(step));
        if (!(kernel instanceof ClassMetric metric)) {
            return action;
        }
        Tally tally = new Tally(metric, step.slots().counts(), action);
        counts.put(tally, step.slots());
        return tally;
    }

    /** How its values lie. */
    Style style() {
        return style;
    }

    @Override
    public long bytes(Sizes shape) {
        return style.form(shape).bytes();
    }

    @Override
    public boolean isRowMajor(Sizes shape) {
        return style.form(shape).isRows();
    }

    @Override
    public Runnable bind(Tensor from, Tensor to) {
        BoundStep step = BoundStep.copy(Works.copy(form(from), form(to)), from, to, report);
        steps.add(step);
        return () -> enqueue(step);
    }

    private Form form(Tensor value) {
        return value.lanes() == Tensor.NATIVE ? style.form(value.shape()) : Form.rows(value.shape());
    }

    private void enqueue(BoundStep step) {
        if (mode == Mode.REPLAY) {
            return;
        }
        step.enqueue(driver, stream);
        if (debug) {
            try {
                driver.await(stream);
            } catch (DeviceException e) {
                throw new DeviceException(step.where(), e);
            }
        }
    }

    @Override
    public void ready() {
        now = allocate(2 * Long.BYTES).address();
        report.place(allocate(report.bytes()), arena);
        List<Source> sources = new ArrayList<>();
        steps.forEach(step -> sources.addAll(step.sources()));
        Source momentSource = TotalsKernels.moment();
        boolean draws = steps.stream().anyMatch(BoundStep::draws);
        if (draws) {
            sources.add(momentSource);
        }
        module = sources.isEmpty() ? 0 : driver.load(code.of(Source.module(sources)));
        Map<String, Long> functions = new HashMap<>();
        sources.forEach(s -> functions.computeIfAbsent(s.name(), name -> driver.function(module, name)));
        setMoment = draws ? requireNonNull(functions.get(momentSource.name())) : 0;
        long scale = requireNonNull(weights).gate().scale();
        steps.forEach(step -> step.resolve(functions, now, scale));
    }

    @Override
    public void begin(boolean newWeights, boolean ahead) {
        driver.enter();
        flavour = newWeights ? 1 : 0;
        if (setMoment != 0) {
            moment[0] = now;
            moment[1] = requireNonNull(random).seed();
            moment[2] = random.step();
            driver.launch(setMoment, 1, Call.BLOCK, moment, stream);
        }
        requireNonNull(weights).refresh(stream);
        if (ahead) {
            requireNonNull(queue).bring(stream);
        } else {
            upload();
        }
        report.clear(driver, stream);
        if (debug || clock != null || !ran[flavour]) {
            mode = Mode.STEPS;
        } else if (graphs[flavour] == 0) {
            driver.beginCapture(stream);
            mode = Mode.CAPTURE;
        }
    }

    private void upload() {
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror m = mirrors.get(i);
            if (m.when == Copied.BEFORE_EACH_RUN) {
                driver.upload(m.device.address(), m.host.get(), stream);
            }
        }
    }

    @Override
    public void end(boolean ahead) {
        if (mode == Mode.CAPTURE) {
            graphs[flavour] = driver.endCapture(stream);
            mode = Mode.REPLAY;
        }
        if (mode == Mode.REPLAY) {
            driver.replay(graphs[flavour], stream);
        }
        mode = Mode.REPLAY;
        ran[flavour] = true;
        if (unscaling != null) {
            unscaling.launch();
        }
        if (ahead) {
            requireNonNull(totals).add(random == null ? 0 : random.step());
            requireNonNull(queue).turn();
        } else {
            download();
        }
    }

    /** Waits for the run, and looks at what came of it. */
    private void download() {
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror m = mirrors.get(i);
            if (m.when == Copied.AFTER_EACH_RUN) {
                driver.download(m.host.get(), m.device.address(), stream);
            }
        }
        report.fetch(driver, stream);
        Gate gate = unscaling == null ? null : requireNonNull(weights).gate();
        if (gate != null) {
            gate.fetch();
        }
        driver.await(stream);
        if (gate != null) {
            gate.look();
        }
        report.check();
    }

    @Override
    public void stop() {
        if (mode == Mode.CAPTURE) {
            driver.freeGraph(driver.endCapture(stream));
        }
        mode = Mode.REPLAY;
    }

    @Override
    public void close() {
        try {
            free();
        } catch (DeviceException e) {
            // A device that is lost has nothing to be freed.
            System.getLogger("dev.striate.runtime").log(Level.DEBUG, e);
        } finally {
            arena.close();
        }
    }

    private void free() {
        driver.enter();
        if (stream != 0) {
            driver.await(stream);
        }
        if (queue != null) {
            queue.close();
        }
        if (clock != null) {
            clock.close();
        }
        for (long graph : graphs) {
            if (graph != 0) {
                driver.freeGraph(graph);
            }
        }
        plans.close();
        if (module != 0) {
            driver.unload(module);
        }
        pinned.forEach(driver::unpin);
        allocated.forEach(driver::free);
        SharedWeights shared = weights;
        if (shared != null) { // else there was not enough memory for them
            if (stream != shared.stream()) {
                driver.freeStream(stream);
            }
            pool.release(shared);
        }
    }
}
