package dev.striate.runtime.cuda;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.DeviceSession;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.RandomState;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.cuda.kernel.Works;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private record Mirror(MemorySegment host, MemorySegment device, Copied when) {}

    private final Driver driver;
    private final Cuda cuda;
    private final CodeCache code;
    private final Style style;
    private final boolean debug;
    private final long stream;
    private final Arena arena = Arena.ofShared();
    private final List<Long> allocated = new ArrayList<>();
    private final List<Mirror> mirrors = new ArrayList<>();
    private final List<MemorySegment> pinned = new ArrayList<>();
    private final List<BoundStep> steps = new ArrayList<>();
    private final Map<Call, LibraryPlan> plans = new HashMap<>();
    private final Report report = new Report();
    /** Seed and training step, on both sides. */
    private final MemorySegment moment = arena.allocate(2 * Long.BYTES, Long.BYTES);

    private @Nullable RandomState random;
    private long now;
    private long module;
    /** The graph of each flavour; 0 while there is none. */
    private final long[] graphs = new long[2];
    /** Whether there was a run of each flavour. */
    private final boolean[] ran = new boolean[2];

    private int flavour;
    private Mode mode = Mode.REPLAY;

    CudaSession(Cuda cuda, CodeCache code, Style style, boolean debug) {
        this.style = style;
        this.driver = cuda.driver();
        this.cuda = cuda;
        this.code = code;
        this.debug = debug;
        driver.enter();
        this.stream = driver.stream();
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
    public void mirror(MemorySegment host, MemorySegment device, Copied when) {
        mirrors.add(new Mirror(host, device, when));
        if (when != Copied.WITH_NEW_WEIGHTS && host.byteSize() > 0) { // weights are shared by sessions
            driver.pin(host);
            pinned.add(host);
        }
    }

    /** The scratch memory of a step: what its kernels or its libraries need, whichever is more. */
    long workspace(Work work) {
        long most = work.scratch();
        for (Call call : work.calls()) {
            if (isLibrary(call)) {
                most = Math.max(most, plan(call).workspace());
            }
        }
        return most;
    }

    private static boolean isLibrary(Call call) {
        return call instanceof Call.Product || call instanceof Call.Convolution;
    }

    private LibraryPlan plan(Call call) {
        LibraryPlan known = plans.get(call);
        if (known == null) {
            known = switch (call) {
                case Call.Product p -> new ProductPlan(cuda.blas(), p, style.isChannelsLast());
                case Call.Convolution c -> new ConvolutionPlan(cuda.dnn(), c);
                case Call.Launch l -> throw new IllegalArgumentException("no call of a library");
                case Call.Copy c -> throw new IllegalArgumentException("no call of a library");
            };
            plans.put(call, known);
        }
        return known;
    }

    /** Binds a step; what it returns tells the device to do it, where this run does so step by step. */
    Runnable bind(Kernel kernel, Work work, Operands operands) {
        random = operands.random();
        Map<Call, LibraryPlan> own = new HashMap<>();
        work.calls().stream().filter(CudaSession::isLibrary).forEach(call -> own.put(call, plan(call)));
        BoundStep step = new BoundStep(work, operands, own, report);
        steps.add(step);
        Runnable action = () -> enqueue(step);
        return kernel instanceof ClassMetric metric
                ? new Tally(metric, step.slots().counts(), action)
                : action;
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
            } catch (IllegalStateException e) {
                throw new IllegalStateException(step.where() + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void ready() {
        MemorySegment nowOnDevice = allocate(moment.byteSize());
        now = nowOnDevice.address();
        report.place(allocate(report.bytes()), arena);
        List<Source> sources = steps.stream().flatMap(s -> s.sources().stream()).toList();
        module = sources.isEmpty() ? 0 : driver.load(code.of(Source.module(sources)));
        Map<String, Long> functions = new HashMap<>();
        sources.forEach(s -> functions.computeIfAbsent(s.name(), name -> driver.function(module, name)));
        steps.forEach(step -> step.resolve(functions, now));
    }

    @Override
    public void begin(boolean newWeights) {
        driver.enter();
        flavour = newWeights ? 1 : 0;
        if (random != null) {
            moment.setAtIndex(ValueLayout.JAVA_LONG, 0, random.seed());
            moment.setAtIndex(ValueLayout.JAVA_LONG, 1, random.step());
            driver.upload(now, moment, stream);
        }
        for (Mirror m : mirrors) {
            if (m.when == Copied.BEFORE_EACH_RUN || (m.when == Copied.WITH_NEW_WEIGHTS && newWeights)) {
                driver.upload(m.device.address(), m.host, stream);
            }
        }
        report.clear(driver, stream);
        if (debug || !ran[flavour]) {
            mode = Mode.STEPS;
        } else if (graphs[flavour] == 0) {
            driver.beginCapture(stream);
            mode = Mode.CAPTURE;
        }
    }

    @Override
    public void end() {
        if (mode == Mode.CAPTURE) {
            graphs[flavour] = driver.endCapture(stream);
            mode = Mode.REPLAY;
        }
        if (mode == Mode.REPLAY) {
            driver.replay(graphs[flavour], stream);
        }
        mode = Mode.REPLAY;
        ran[flavour] = true;
        for (Mirror m : mirrors) {
            if (m.when == Copied.AFTER_EACH_RUN) {
                driver.download(m.host, m.device.address(), stream);
            }
        }
        report.fetch(driver, stream);
        driver.await(stream);
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
        driver.enter();
        for (long graph : graphs) {
            if (graph != 0) {
                driver.freeGraph(graph);
            }
        }
        plans.values().forEach(LibraryPlan::close);
        if (module != 0) {
            driver.unload(module);
        }
        pinned.forEach(driver::unpin);
        allocated.forEach(driver::free);
        driver.freeStream(stream);
        arena.close();
    }
}
