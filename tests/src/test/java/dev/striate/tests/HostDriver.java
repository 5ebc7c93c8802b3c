package dev.striate.tests;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Driver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A device that is this machine's processor and memory. What has a stream is done some time later, when somebody waits ({@link HostStreams}), with
 * what lies in Java's memory then. What is captured is kept as a list, and replayed from it.
 */
final class HostDriver implements Driver {
    /** A place in a stream. */
    private static final class Mark {
        private boolean passed;
        private long nanos;

        private void pass() {
            passed = true;
            nanos = System.nanoTime();
        }
    }

    /** A copy from or to Java's memory, which may be done several times when it is part of a graph. */
    private final class Copy implements Runnable {
        private final MemorySegment java;
        private final Runnable action;

        Copy(MemorySegment java, Runnable action) {
            this.java = java;
            this.action = action;
        }

        @Override
        public void run() {
            action.run();
            copying.remove(this);
        }
    }

    /** The device that the calling thread has entered. */
    private static final ThreadLocal<@Nullable HostDriver> CURRENT = new ThreadLocal<>();

    private final HostCode code;
    private final HostStreams all;
    /** Those that were freed are done with only when nothing is left to do there. */
    private final Set<Long> streams = new HashSet<>();

    private int freedStreams;
    /** Where events were recorded last, if anywhere. */
    private final Map<Long, Optional<Mark>> events = new HashMap<>();

    private final Map<Long, Arena> memory = new HashMap<>();
    private final Map<Long, String> modules = new HashMap<>();
    private final Map<Long, HostCode.Kernel> functions = new HashMap<>();
    private final Map<Long, List<Runnable>> graphs = new HashMap<>();
    /** What was noted of the streams that are being captured. */
    private final Map<Long, List<Runnable>> captured = new HashMap<>();

    /** What streams were given and have not done. */
    private final Queue<Copy> copying = new ConcurrentLinkedQueue<>();

    private long handles;
    private long downloaded;
    private int launches = -1;
    private int launched;
    private int room = Integer.MAX_VALUE;

    /**
     * Opens one.
     *
     * @param all the streams of this device and of those that it computes something with
     */
    HostDriver(HostCode code, HostStreams all) {
        this.code = code;
        this.all = all;
    }

    /** Gives a stream something to do, or notes it while the stream is captured. */
    void enqueue(long stream, Runnable action) {
        List<Runnable> noted = captured.get(stream);
        if (noted == null) {
            if (action instanceof Copy copy) {
                copying.add(copy);
            }
            all.give(stream, action);
        } else {
            noted.add(action);
        }
    }

    private void requireNotCaptured(long stream) {
        if (captured.containsKey(stream)) {
            throw new IllegalStateException("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
        }
    }

    /** Has room for so many pieces of memory from now on, however small. */
    void roomFor(int pieces) {
        room = pieces;
    }

    /** Fails at the launch of a kernel or graph behind so many others. */
    void failAfter(int more) {
        launches = more;
    }

    /** How many kernels have been launched, those that were noted in a graph once. */
    int launched() {
        return launched;
    }

    /** How many bytes have been copied to Java. */
    long downloaded() {
        return downloaded;
    }

    /** What has been allocated and not been freed, in pieces, and everything else that has a handle. */
    int open() {
        return memory.size() + modules.size() + graphs.size() + streams.size() - freedStreams + events.size();
    }

    @SuppressWarnings("restricted") // addresses come from allocate
    static MemorySegment at(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public String description() {
        return "the host";
    }

    @Override
    public int capability() {
        return 90;
    }

    @Override
    public void enter() {
        CURRENT.set(this);
    }

    private void requireEntered() {
        if (CURRENT.get() != this) {
            throw new IllegalStateException("the calling thread has not entered this device");
        }
    }

    @Override
    public long allocate(long bytes) {
        requireEntered();
        if (room <= 0) {
            throw new OutOfMemoryError("the GPU has 0.0 GiB free of 0.1");
        }
        room--;
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(bytes, 256);
        segment.fill((byte) 0xff); // NaN, so that what nobody wrote is seen
        memory.put(segment.address(), arena);
        return segment.address();
    }

    /** Waits for all that the device has to do, as the driver does. */
    @Override
    public void free(long address) {
        requireEntered();
        all.await(streams);
        Objects.requireNonNull(memory.remove(address)).close();
    }

    @Override
    public void pin(MemorySegment segment) {}

    @Override
    public void unpin(MemorySegment segment) {
        if (copying.stream().anyMatch(c -> c.java.asOverlappingSlice(segment).isPresent())) {
            throw new IllegalStateException("unpinned while the device may be copying");
        }
    }

    @Override
    public long stream() {
        requireEntered();
        long stream = all.open();
        streams.add(stream);
        return stream;
    }

    @Override
    public void freeStream(long stream) {
        all.close(stream);
        freedStreams++;
    }

    @Override
    public long event() {
        requireEntered();
        events.put(++handles, Optional.empty());
        return handles;
    }

    @Override
    public long timer() {
        return event();
    }

    @Override
    public long nanos(long from, long to) {
        Mark begin = recorded(from).orElseThrow();
        Mark end = recorded(to).orElseThrow();
        if (!begin.passed || !end.passed) {
            throw new IllegalStateException("CUDA_ERROR_NOT_READY");
        }
        return end.nanos - begin.nanos;
    }

    private Optional<Mark> recorded(long event) {
        return Objects.requireNonNull(events.get(event));
    }

    @Override
    public void freeEvent(long event) {
        Objects.requireNonNull(events.remove(event));
    }

    @Override
    public void record(long event, long stream) {
        requireEntered();
        requireNotCaptured(stream);
        Mark mark = new Mark();
        recorded(event); // else it was freed
        events.put(event, Optional.of(mark));
        all.give(stream, mark::pass);
    }

    @Override
    public void waitFor(long event, long stream) {
        requireNotCaptured(stream);
        recorded(event).ifPresent(mark -> all.give(stream, () -> mark.passed, () -> {}));
    }

    @Override
    public void awaitEvent(long event) {
        recorded(event).ifPresent(mark -> all.await(() -> mark.passed));
    }

    @Override
    public void upload(long to, MemorySegment from, long stream) {
        requireEntered();
        enqueue(stream, new Copy(from, () -> at(to, from.byteSize()).copyFrom(from)));
    }

    @Override
    public void download(MemorySegment to, long from, long stream) {
        requireEntered();
        downloaded += to.byteSize();
        enqueue(stream, new Copy(to, () -> to.copyFrom(at(from, to.byteSize()))));
    }

    @Override
    public void copy(long to, long from, long bytes, long stream) {
        requireEntered();
        enqueue(stream, () -> at(to, bytes).copyFrom(at(from, bytes)));
    }

    @Override
    public void fill(long to, byte value, long bytes, long stream) {
        requireEntered();
        enqueue(stream, () -> at(to, bytes).fill(value));
    }

    @Override
    public long load(byte[] module) {
        requireEntered();
        modules.put(++handles, new String(module, StandardCharsets.UTF_8));
        return handles;
    }

    @Override
    public void unload(long module) {
        requireEntered();
        Objects.requireNonNull(modules.remove(module));
    }

    @Override
    public long function(long module, String name) {
        functions.put(++handles, code.of(name, Objects.requireNonNull(modules.get(module))));
        return handles;
    }

    @Override
    public void launch(long function, int blocks, int threads, long[] args, long stream) {
        requireEntered();
        HostCode.Kernel kernel = Objects.requireNonNull(functions.get(function));
        failIfDue("cuLaunchKernel");
        launched++;
        long[] own = args.clone(); // the caller may change them once this returns
        enqueue(stream, () -> {
            synchronized (code) { // kernels have static variables
                run(kernel, blocks, threads, own);
            }
        });
    }

    private void failIfDue(String call) {
        if (launches >= 0 && launches-- == 0) {
            throw new DeviceException(call + " failed: the GPU has fallen off the bus");
        }
    }

    private static void run(HostCode.Kernel kernel, int blocks, int threads, long[] args) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, 12); // the shim may read so many
            MemorySegment.copy(args, 0, addresses, ValueLayout.JAVA_LONG, 0, args.length);
            int failure = (int) kernel.launch().invokeExact(kernel.address(), blocks, threads, args.length, addresses);
            if (failure != 0) {
                throw new IllegalStateException("not all threads of a block came to the same barrier");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void beginCapture(long stream) {
        requireEntered();
        captured.put(stream, new ArrayList<>());
    }

    @Override
    public long endCapture(long stream) {
        graphs.put(++handles, Objects.requireNonNull(captured.remove(stream)));
        return handles;
    }

    @Override
    public void replay(long graph, long stream) {
        requireEntered();
        failIfDue("cuGraphLaunch");
        Objects.requireNonNull(graphs.get(graph)).forEach(action -> enqueue(stream, action));
    }

    @Override
    public void freeGraph(long graph) {
        Objects.requireNonNull(graphs.remove(graph));
    }

    @Override
    public void await(long stream) {
        requireNotCaptured(stream);
        all.await(Set.of(stream));
    }
}
