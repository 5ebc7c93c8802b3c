package dev.striate.tests;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Driver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A device that is this machine's processor and memory. What is captured is kept as a list, and replayed from it. */
final class HostDriver implements Driver {
    /** The device that the calling thread has entered. */
    private static final ThreadLocal<@Nullable HostDriver> CURRENT = new ThreadLocal<>();

    private final HostCode code;
    private final Map<Long, Arena> memory = new HashMap<>();
    private final Map<Long, String> modules = new HashMap<>();
    private final Map<Long, HostCode.Kernel> functions = new HashMap<>();
    private final Map<Long, List<Runnable>> graphs = new HashMap<>();
    private final Map<Long, Long> passed = new HashMap<>();
    private @Nullable List<Runnable> captured;
    private long handles;
    private long downloaded;
    private int events;
    private int launches = -1;
    private int launched;

    HostDriver(HostCode code) {
        this.code = code;
    }

    /** Does something now, or notes it while a stream is captured. */
    void enqueue(Runnable action) {
        if (captured == null) {
            action.run();
        } else {
            captured.add(action);
        }
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
        return memory.size() + modules.size() + graphs.size() + events;
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
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(bytes, 256);
        segment.fill((byte) 0xff); // NaN, so that what nobody wrote is seen
        memory.put(segment.address(), arena);
        return segment.address();
    }

    @Override
    public void free(long address) {
        requireEntered();
        Objects.requireNonNull(memory.remove(address)).close();
    }

    @Override
    public void pin(MemorySegment segment) {}

    @Override
    public void unpin(MemorySegment segment) {}

    @Override
    public long stream() {
        requireEntered();
        return ++handles;
    }

    @Override
    public void freeStream(long stream) {}

    @Override
    public long event() {
        requireEntered();
        events++;
        return ++handles;
    }

    @Override
    public long timer() {
        return event();
    }

    @Override
    public long nanos(long from, long to) {
        return Objects.requireNonNull(passed.get(to)) - Objects.requireNonNull(passed.get(from));
    }

    @Override
    public void freeEvent(long event) {
        events--;
    }

    @Override
    public void record(long event, long stream) {
        requireEntered();
        passed.put(event, System.nanoTime());
    }

    @Override
    public void waitFor(long event, long stream) {}

    @Override
    public void awaitEvent(long event) {}

    @Override
    public void upload(long to, MemorySegment from, long stream) {
        requireEntered();
        enqueue(() -> at(to, from.byteSize()).copyFrom(from));
    }

    @Override
    public void download(MemorySegment to, long from, long stream) {
        requireEntered();
        downloaded += to.byteSize();
        enqueue(() -> to.copyFrom(at(from, to.byteSize())));
    }

    @Override
    public void copy(long to, long from, long bytes, long stream) {
        requireEntered();
        enqueue(() -> at(to, bytes).copyFrom(at(from, bytes)));
    }

    @Override
    public void fill(long to, byte value, long bytes, long stream) {
        requireEntered();
        enqueue(() -> at(to, bytes).fill(value));
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
        enqueue(() -> {
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
        captured = new ArrayList<>();
    }

    @Override
    public long endCapture(long stream) {
        graphs.put(++handles, Objects.requireNonNull(captured));
        captured = null;
        return handles;
    }

    @Override
    public void replay(long graph, long stream) {
        requireEntered();
        failIfDue("cuGraphLaunch");
        Objects.requireNonNull(graphs.get(graph)).forEach(this::enqueue);
    }

    @Override
    public void freeGraph(long graph) {
        Objects.requireNonNull(graphs.remove(graph));
    }

    @Override
    public void await(long stream) {}
}
