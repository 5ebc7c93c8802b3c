package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Lines;
import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.backend.Average;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.DeviceSession;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.StepClock;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.AverageKernel;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.tensor.Tensor;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session on a device. Its {@link SessionSteps} are bound first. Runs are of two flavours: those with new weights also
 * compute what follows from weights alone.
 */
final class CudaSession implements DeviceSession, KernelTable.NativeForm {
    /** Alignment of what is pinned, so that no two share a page. */
    private static final int PAGE = 4096;

    private final Driver driver;
    private final Attribution attribution;
    private final Style style;
    private final WeightsPool pool;
    private final Replay replay;
    /** What it has of a batch that several devices share, and how their gradients are brought together; none for one device. */
    private final @Nullable Share share;

    private final @Nullable Reduction reduction;
    private final Holdings holdings;
    private final Mirrors mirrors;
    private final Blending blending;
    private final SessionSteps steps;
    private final Report report = new Report();

    private @Nullable SharedWeights weights;
    private long stream;
    private @Nullable InputQueue queue;
    private @Nullable CudaTotals totals;
    private @Nullable RunEnd end;
    private @Nullable EventClock clock;
    private @Nullable RunNumbers numbers;
    /** In a session that learns. */
    private MemorySegment gradients = MemorySegment.NULL;
    /** How many ranges may be updated in a run, that of all blended gradients among them. */
    private int ranges;

    /** Whether the steps of the present run are done for the second time. */
    private boolean again;
    /** Whether a run has begun and not come to its end. */
    private boolean running;

    CudaSession(
            Cuda cuda,
            CodeCache code,
            WeightsPool pool,
            Style style,
            boolean debug,
            @Nullable CallTuner tuner,
            @Nullable Share share) {
        this.style = style;
        this.driver = cuda.driver();
        this.attribution = new Attribution(driver, debug);
        this.holdings = new Holdings(driver, code);
        this.pool = pool;
        this.replay = new Replay(driver, debug);
        this.mirrors = new Mirrors(driver);
        this.blending = new Blending(attribution, holdings);
        this.share = share;
        driver.enter();
        this.reduction = share == null ? null : new Reduction(driver, share);
        LibraryPlans plans = new LibraryPlans(cuda, style, tuner);
        this.steps = new SessionSteps(attribution, style, plans, report, replay, reduction);
    }

    /** Its steps. */
    SessionSteps steps() {
        return steps;
    }

    @Override
    public MemorySegment weights(Weights ofNet, boolean learns) {
        SharedWeights shared = pool.acquire(ofNet);
        weights = shared;
        stream = learns ? shared.stream() : driver.stream();
        steps.on(stream);
        ranges = learns ? shared.parameters().size() + 1 : 0;
        return shared.memory();
    }

    @Override
    public Learning learning(MemorySegment computed) {
        gradients = computed;
        if (reduction != null) {
            reduction.plan(gradients, steps.all());
        }
        SharedWeights shared = requireNonNull(weights);
        Unscaling unscaling = null;
        if (shared.gate().scales() && steps.scale()) {
            shared.gate().beginScaling();
            unscaling = new Unscaling(driver, shared, gradients, holdings);
        }
        RunUpdates updates = new RunUpdates(attribution, shared, requireNonNull(numbers), ranges);
        CudaTotals labels = report.faults() == 0 ? null : sums(shared.gate(), List.of(), 0, false);
        end = new RunEnd(attribution, stream, shared.gate(), unscaling, labels, updates);
        return shared.learning(gradients);
    }

    private CudaTotals sums(Gate gate, List<CudaTotals.Score> scores, int samples, boolean finite) {
        return new CudaTotals(
                attribution,
                stream,
                holdings,
                gate,
                report,
                scores,
                samples,
                first(),
                finite,
                requireNonNull(numbers),
                reduction == null ? null : this::agree);
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return holdings.allocate(bytes);
    }

    @Override
    public void clear(MemorySegment device) {
        driver.fill(device.address(), (byte) 0, device.byteSize(), stream);
    }

    @Override
    public void pin(MemorySegment host) {
        mirrors.pin(host);
    }

    @Override
    public void mirror(Supplier<MemorySegment> host, MemorySegment device, Copied when) {
        mirrors.add(host, device, when);
    }

    @Override
    public void augment(String name, MemorySegment input, Augmentation how, int samples, int pictures) {
        driver.enter();
        MemorySegment raw = allocate(how.bytes(pictures));
        long own = requireNonNull(numbers).weight(false);
        mirrors.augment(
                input, raw, new Augmenter(name, attribution, raw, input, holdings, how, pictures, samples, own));
    }

    @Override
    public void exchange(MemorySegment label, int samples, int all) {
        driver.enter();
        MemorySegment whole = allocate(label.byteSize() / samples * all);
        mirrors.move(label, whole);
        blending.exchange(label, samples, whole);
    }

    @Override
    public void blend(MemorySegment first) {
        blending.keep(gradients, first);
    }

    @Override
    public void share(float share) {
        requireNonNull(numbers).share(share);
    }

    @Override
    public Totals totals(List<Score> scores, int samples) {
        driver.enter();
        queue = mirrors.queue(requireNonNull(numbers), this::allocate);
        boolean learns = end != null;
        Gate gate = learns
                ? requireNonNull(weights).gate()
                : new Gate(driver, stream, allocate(Gate.BYTES).address());
        CudaTotals sums = sums(gate, scores.stream().map(steps::place).toList(), samples, learns);
        totals = sums;
        return sums;
    }

    /** The number of its first sample in the batch. */
    private int first() {
        return share == null ? 0 : share.first();
    }

    /** Closes the gate where that of another of the devices is closed that share a batch. */
    private void agree() {
        requireNonNull(reduction).largest(requireNonNull(weights).gate().address(), stream);
    }

    @Override
    public StepClock clock(int number) {
        driver.enter();
        EventClock made = new EventClock(driver, stream, number);
        clock = made;
        replay.always();
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
        long[] addresses = others.stream().mapToLong(MemorySegment::address).toArray();
        Lines lines = Average.lines(own.shape());
        long function = holdings.function(AverageKernel.of(kind, lines, others.size() + 1));
        long[] args = {own.data().address(), holdings.table(addresses, stream)};
        return () -> {
            if (replay.takesSteps()) {
                driver.launch(function, Call.blocks(lines.size()), Call.BLOCK, args, stream);
                attribution.behind("the average over an ensemble", stream);
            }
        };
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
        return steps.bind(from, to);
    }

    @Override
    public void ready() {
        numbers = numbers();
        long now = numbers.device().address();
        report.place(allocate(report.bytes()), holdings.here(report.bytes(), Long.BYTES));
        steps.resolve(holdings, now, requireNonNull(weights).gate().scale());
    }

    private RunNumbers numbers() {
        long bytes = RunNumbers.bytes(ranges);
        MemorySegment host = holdings.here(2 * bytes, PAGE);
        mirrors.pin(host);
        return new RunNumbers(allocate(bytes), host.asSlice(0, bytes), host.asSlice(bytes), first());
    }

    @Override
    public void begin(boolean newWeights, boolean ahead, @Nullable Runnable updates) {
        running = true;
        again = false;
        driver.enter();
        RunNumbers changing = requireNonNull(numbers);
        changing.moment(steps.random());
        boolean usual = end == null || end.begin(updates);
        requireNonNull(weights).refresh(stream);
        if (ahead) {
            requireNonNull(queue).bring(stream);
        } else {
            if (steps.draw() || updates != null) {
                driver.upload(changing.device().address(), changing.host(), stream);
            }
            mirrors.upload(stream);
        }
        replay.begin(newWeights, updates != null, ahead, !usual, stream);
        beginSteps();
    }

    private void beginSteps() {
        if (replay.takesSteps()) {
            report.clear(driver, stream);
            blending.before(again, stream);
            if (reduction != null) {
                reduction.begin();
            }
        }
    }

    @Override
    public void again() {
        endSteps(true);
        again = true;
        beginSteps();
    }

    private void endSteps(boolean ahead) {
        if (reduction != null) {
            reduction.join(replay, stream);
            attribution.behind("the sum of gradients over all devices", stream);
        }
        if (end != null) {
            end.look(replay, ahead ? totals : null, again);
        } else if (ahead) {
            requireNonNull(totals).add(replay, again);
        }
    }

    @Override
    public void end(boolean ahead) {
        endSteps(ahead);
        if (end != null) {
            end.update(replay);
        }
        replay.end();
        if (ahead) {
            requireNonNull(queue).turn();
            requireNonNull(numbers).turn();
            running = false;
        } else {
            download();
        }
    }

    /** Waits for the run, and looks at what came of it. */
    private void download() {
        mirrors.download(stream);
        report.fetch(driver, stream);
        if (end != null) {
            end.fetch();
        }
        driver.await(stream);
        running = false;
        if (end != null) {
            end.look();
        }
        report.check(first());
    }

    @Override
    public void stop() {
        if (running && reduction != null) { // the others would wait for this one
            reduction.abort();
        }
        running = false;
        replay.stop();
    }

    @Override
    public void close() {
        try {
            free();
        } catch (DeviceException e) {
            // A device that is lost has nothing to be freed.
            System.getLogger("dev.striate.runtime").log(Level.DEBUG, e);
        } finally {
            holdings.freeHere();
            if (reduction != null) {
                reduction.release();
            }
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
        replay.free();
        if (reduction != null) {
            reduction.free();
        }
        steps.close();
        mirrors.unpin();
        holdings.free();
        SharedWeights shared = weights;
        if (shared != null) { // else there was not enough memory for them
            if (stream != shared.stream()) {
                driver.freeStream(stream);
            }
            pool.release(shared);
        }
    }
}
