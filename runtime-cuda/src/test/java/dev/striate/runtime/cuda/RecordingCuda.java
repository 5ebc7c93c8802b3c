package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Blas;
import dev.striate.runtime.cuda.driver.Collective;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Dnn;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.driver.Graphs;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import dev.striate.runtime.cuda.kernel.Element;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes the calls of the backend and does nothing but to give back what memory was filled with. Addresses are 4096 apart, and named after what lies there. */
final class RecordingCuda implements Driver, Dnn, Blas, Collective {
    static final long PAGE = 1 << 16;

    /** The number of the algorithm that adds a bias without relu. */
    static final int ADDS_BIAS = 9;

    /**
     * A way to do what a library does.
     *
     * @param number of an algorithm of cuDNN
     * @param nanos how long it takes; less than 0 where the library refuses it
     * @param workspace the scratch memory that it takes, in bytes
     * @param deterministic whether an algorithm of cuDNN gives the same bits every time
     */
    record Way(int number, long nanos, long workspace, boolean deterministic) {
        Way(int number, long nanos, long workspace) {
            this(number, nanos, workspace, true);
        }
    }

    /** The device that the calling thread has entered. */
    private static final ThreadLocal<@Nullable RecordingCuda> CURRENT = new ThreadLocal<>();

    /** What was called, in order. */
    final List<String> calls = new ArrayList<>();

    private final Map<Long, String> functions = new HashMap<>();
    private final Map<Long, String> descriptors = new HashMap<>();
    private long next = 1000; // above all sizes in the tests
    private long free = Long.MAX_VALUE;
    private int room = Integer.MAX_VALUE;
    private String failure = "";
    /** The call that fails. */
    private String culprit = "";

    private int capability = 75;
    private String version = "1";
    private List<Way> algorithms = List.of(new Way(7, 1, 1000));
    private List<Way> products = List.of(new Way(0, 1, 245));
    private final Map<Long, Way> prepared = new HashMap<>();
    private final Map<Long, Alignment> alignments = new HashMap<>();
    private final Map<Long, Long> passed = new HashMap<>();
    private final Map<Long, Byte> filled = new HashMap<>();
    private long clock;
    private boolean refuses;
    private boolean apart;
    private int refusals;
    private boolean full;
    private boolean capturing;
    /** Whether a call failed in what is being captured. */
    private boolean invalid;

    final RecordingGraphs graphs = new RecordingGraphs(calls::add, nanos -> clock += nanos);

    Cuda cuda() {
        return new Cuda(this, (source, capability) -> new byte[] {(byte) capability}, this, this);
    }

    /** Refuses to allocate more than so many bytes. */
    RecordingCuda withMemory(long bytes) {
        free = bytes;
        return this;
    }

    /** Refuses to allocate more than so many pieces. */
    RecordingCuda withRoomFor(int pieces) {
        room = pieces;
        return this;
    }

    /** Has no memory left for what libraries want of their own. */
    RecordingCuda withFullLibraries() {
        full = true;
        return this;
    }

    /** Is a device of another compute capability, such as 80 for 8.0. */
    RecordingCuda withCapability(int number) {
        capability = number;
        return this;
    }

    /** Has these ways to compute each convolution and each product. */
    RecordingCuda withWays(List<Way> ofConvolutions, List<Way> ofProducts) {
        algorithms = ofConvolutions;
        products = ofProducts;
        return this;
    }

    /** Refuses to add a bias in the call of a convolution without relu. */
    RecordingCuda withBiasesApart() {
        apart = true;
        return this;
    }

    /** How often it refused that. */
    int refusals() {
        return refusals;
    }

    /** Has libraries of another version. */
    RecordingCuda withVersion(String other) {
        version = other;
        return this;
    }

    /** Has libraries refuse all that they are asked for, or no more. */
    void refuse(boolean all) {
        refuses = all;
    }

    private void spend(Way way) {
        if (way.nanos < 0 || refuses) {
            invalid = capturing;
            throw new RefusedException("cudnnConvolutionForward failed: NOT_SUPPORTED");
        }
        clock += way.nanos;
    }

    private void spend(Algorithm algorithm) {
        algorithms.stream().filter(way -> way.number == algorithm.number()).forEach(this::spend);
    }

    private static void requireAligned(long... addresses) {
        for (long address : addresses) {
            if (address % 16 != 0) {
                throw new RefusedException("MISALIGNED_POINTER: " + name(address));
            }
        }
    }

    private static String by(Algorithm algorithm) {
        return algorithm.number() == 7 ? "" : " by " + algorithm.number();
    }

    /** Fails when it is waited for. */
    void failWith(String reason) {
        failBehind("", reason);
    }

    /** Fails when it is waited for behind a call that begins so. */
    void failBehind(String call, String reason) {
        culprit = call;
        failure = reason;
    }

    /** The calls since the last time. */
    List<String> take() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private long handle() {
        return ++next;
    }

    private long describe(String text) {
        long handle = handle();
        descriptors.put(handle, text);
        return handle;
    }

    /** An address as the number of what was allocated, and the bytes from there. */
    static String name(long address) {
        return address == 0 ? "none" : address / PAGE + (address % PAGE == 0 ? "" : "+" + address % PAGE);
    }

    @Override
    public String description() {
        return "a recorder";
    }

    @Override
    public int capability() {
        return capability;
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
        if (bytes > free || room-- == 0) {
            throw new OutOfMemoryError("the GPU has 0.0 GiB free of 0.1");
        }
        long address = PAGE * handle();
        calls.add("allocate " + name(address));
        return address;
    }

    @Override
    public void free(long address) {
        if (address < PAGE) {
            calls.add("free " + descriptors.remove(address));
        } else {
            calls.add("free " + name(address));
        }
    }

    @Override
    public void pin(MemorySegment memory) {
        calls.add("pin " + memory.byteSize());
    }

    @Override
    public void unpin(MemorySegment memory) {
        calls.add("unpin " + memory.byteSize());
    }

    @Override
    public long stream() {
        return handle();
    }

    @Override
    public void freeStream(long stream) {
        calls.add("free stream");
    }

    @Override
    public long event() {
        long event = handle();
        calls.add("event " + event);
        return event;
    }

    @Override
    public long timer() {
        return event();
    }

    @Override
    public long nanos(long from, long to) {
        return requireNonNull(passed.get(to)) - requireNonNull(passed.get(from));
    }

    @Override
    public void freeEvent(long event) {
        calls.add("forget " + event);
    }

    @Override
    public void record(long event, long stream) {
        requireEntered();
        calls.add("record " + event + " in " + stream);
        passed.put(event, clock);
    }

    @Override
    public void waitFor(long event, long stream) {
        requireEntered();
        calls.add("wait for " + event + " in " + stream);
    }

    @Override
    public void awaitEvent(long event) {
        calls.add("await " + event);
        failIfLost();
    }

    private void failIfLost() {
        if (!failure.isEmpty() && (culprit.isEmpty() || calls.stream().anyMatch(c -> c.startsWith(culprit)))) {
            throw new DeviceException(failure);
        }
    }

    @Override
    public void upload(long to, MemorySegment from, long stream) {
        requireEntered();
        calls.add("upload " + from.byteSize() + " to " + name(to));
    }

    @Override
    public void download(MemorySegment to, long from, long stream) {
        requireEntered();
        calls.add("download " + to.byteSize() + " from " + name(from));
        to.fill(filled.getOrDefault(from, (byte) 0));
    }

    @Override
    public void copy(long to, long from, long bytes, long stream) {
        requireEntered();
        calls.add("copy " + bytes + " from " + name(from) + " to " + name(to));
    }

    @Override
    public void fill(long to, byte value, long bytes, long stream) {
        requireEntered();
        calls.add("fill " + bytes + " at " + name(to) + " with " + value);
        filled.put(to, value);
    }

    @Override
    public long load(byte[] code) {
        requireEntered();
        calls.add("load code for " + code[0]);
        return handle();
    }

    @Override
    public void unload(long module) {
        requireEntered();
        calls.add("unload");
    }

    @Override
    public long function(long module, String name) {
        long handle = handle();
        functions.put(handle, name.substring(0, name.lastIndexOf('_')));
        return handle;
    }

    @Override
    public void launch(long function, int blocks, int threads, long[] args, long stream) {
        requireEntered();
        List<String> names = Arrays.stream(args).mapToObj(RecordingCuda::name).toList();
        calls.add(functions.get(function) + " " + blocks + "x" + threads + " on " + String.join(", ", names));
    }

    @Override
    public void beginCapture(long stream) {
        requireEntered();
        calls.add("begin capture");
        capturing = true;
    }

    @Override
    public long endCapture(long stream) {
        calls.add("end capture");
        capturing = false;
        if (free < 0) {
            throw new OutOfMemoryError("cuGraphInstantiate failed: out of memory");
        }
        if (invalid) {
            invalid = false;
            throw new DeviceException(
                    "cuStreamEndCapture failed: operation failed due to a previous error during capture");
        }
        return handle();
    }

    @Override
    public void replay(long graph, long stream) {
        requireEntered();
        calls.add("replay");
    }

    @Override
    public void freeGraph(long graph) {
        calls.add("free graph");
    }

    @Override
    public void await(long stream) {
        calls.add("await");
        failIfLost();
    }

    @Override
    public long weightedSum(float weight) {
        return describe("sum by " + weight);
    }

    @Override
    public void reduce(long operation, long numbers, long count, long stream) {
        failIfLost();
        calls.add(descriptors.get(operation) + " of " + count + " at " + name(numbers) + " in " + stream);
    }

    @Override
    public void largest(long number, long stream) {
        calls.add("largest at " + name(number) + " in " + stream);
    }

    @Override
    public void abort() {
        calls.add("abort");
    }

    @Override
    public void close() {
        calls.add("disconnect");
    }

    private static String said(Lay lay) {
        return (lay.element() == Element.FLOAT32 ? "" : lay.element() + " ")
                + (lay.channelsLast() ? "channels last " : "");
    }

    @Override
    public long tensor(Lay lay, int n, int c, int h, int w) {
        return describe("tensor " + said(lay) + List.of(n, c, h, w));
    }

    @Override
    public long filter(Lay lay, int k, int c, int h, int w) {
        return describe("filter " + said(lay) + List.of(k, c, h, w));
    }

    @Override
    public long convolution(
            Lay lay, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, int groups) {
        return describe("window " + List.of(padH, padW, strideH, strideW, dilationH, dilationW, groups));
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public boolean isDeterministic() {
        return graphs.deterministic;
    }

    @Override
    public List<Algorithm> algorithms(Kind kind, Shapes shapes) {
        return algorithms.stream()
                .map(way -> new Algorithm(way.number, 0, way.workspace, way.deterministic))
                .toList();
    }

    private String all(Shapes s) {
        return descriptors.get(s.x()) + ", " + descriptors.get(s.weight()) + ", " + descriptors.get(s.convolution())
                + ", " + descriptors.get(s.y());
    }

    @Override
    public void convolve(Kind kind, Shapes shapes, Algorithm algorithm, Addresses at, long stream) {
        requireAligned(at.x(), at.weight(), at.y());
        spend(algorithm);
        calls.add(kind + by(algorithm) + " of " + all(shapes) + " with " + name(at.x()) + ", " + name(at.weight())
                + ", " + name(at.y()));
    }

    @Override
    public boolean addsBias(Algorithm algorithm) {
        return algorithm.number() == ADDS_BIAS;
    }

    @Override
    public void convolveWithBias(
            Shapes shapes, Algorithm algorithm, Addresses at, Bias bias, long addend, boolean relu, long stream) {
        requireAligned(at.x(), at.weight(), at.y(), bias.at(), addend);
        if (!relu && apart) {
            refusals++;
            throw new RefusedException("cudnnConvolutionBiasActivationForward failed: NOT_SUPPORTED");
        }
        spend(algorithm);
        calls.add("FORWARD, " + (addend == 0 ? "" : "sum, ") + "bias" + (relu ? " and relu" : "") + by(algorithm)
                + " of " + all(shapes)
                + ", " + descriptors.get(bias.shape()) + " with " + name(at.x()) + ", " + name(at.weight()) + ", "
                + name(bias.at()) + ", " + (addend == 0 ? "" : name(addend) + ", ") + name(at.y()));
    }

    @Override
    public void addBias(Bias bias, long yShape, long y, long stream) {
        requireAligned(bias.at(), y);
        calls.add("bias of " + descriptors.get(bias.shape()) + " at " + name(bias.at()) + " to " + name(y));
    }

    @Override
    public Graphs graphs() {
        return graphs;
    }

    @Override
    public List<Long> prepare(Product p, Alignment alignment, Limits limits, int most) {
        String text = "product " + (p.element() == Element.FLOAT32 ? "" : p.element() + " ")
                + List.of(p.m(), p.n(), p.k()) + (p.transposeA() ? ", a'" : "") + (p.transposeB() ? ", b'" : "")
                + (p.bias() ? ", bias" : "") + (p.relu() ? ", relu" : "");
        if (full) {
            throw new OutOfMemoryError("cublasLtMatmulAlgoGetHeuristic failed: ALLOC_FAILED");
        }
        List<Way> possible = products.stream()
                .filter(w -> w.workspace <= limits.workspace() && (w.deterministic || limits.inPlace()))
                .toList();
        if (possible.isEmpty()) {
            throw new RefusedException("cuBLASLt has no algorithm for a product");
        }
        String where = alignment.equals(new Alignment(16, 16, 16)) ? "" : ", " + alignment;
        return possible.stream()
                .limit(most)
                .map(way -> {
                    long handle = describe(text + where + (way.number == 0 ? "" : " by " + way.number));
                    prepared.put(handle, way);
                    alignments.put(handle, alignment);
                    return handle;
                })
                .toList();
    }

    @Override
    public long workspace(long handle) {
        return requireNonNull(prepared.get(handle)).workspace;
    }

    @Override
    public void multiply(long handle, long a, long b, long bias, long d, long scratch, long stream) {
        requireAligned(bias);
        Way way = requireNonNull(prepared.get(handle));
        if (!requireNonNull(alignments.get(handle)).holds(a, b, d)
                || scratch % 256 != 0
                || (scratch == 0) != (way.workspace == 0)) {
            throw new RefusedException("cublasLtMatmul failed: INVALID_VALUE");
        }
        spend(way);
        calls.add(descriptors.get(handle) + " with " + name(a) + ", " + name(b) + ", " + name(bias) + ", " + name(d));
    }
}
