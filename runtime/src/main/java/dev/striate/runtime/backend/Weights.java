package dev.striate.runtime.backend;

import dev.striate.core.NetSpec;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.NamedTensor;
import dev.striate.runtime.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of a net's parameters: one contiguous float32 segment, off-heap, in the order of the specification. It is
 * freed when nothing refers to it any more.
 */
public final class Weights {
    /** Elements whose first values are drawn by several threads; each follows from its index alone. */
    private static final int WORTH_THREADS = 1 << 16;

    private final NetSpec spec;
    private final MemorySegment values;
    private final Map<String, Tensor> byPath = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final AtomicLong version = new AtomicLong();
    private final Map<Packs.Key, Packs.Kept> packs = Packs.none();
    /** Where the values are newer than here, if anywhere. */
    private volatile @Nullable WeightsCopy newest;

    private Weights(NetSpec spec) {
        this.spec = spec;
        this.values = Arena.ofAuto().allocate(Tensor.ELEMENT * spec.count(), Tensor.ALIGNMENT);
        long offset = 0;
        for (Parameter p : spec.parameters()) {
            long bytes = Tensor.bytes(p.shape());
            byPath.put(p.name(), new Tensor(p.shape(), values.asSlice(Tensor.ELEMENT * offset, bytes)));
            offsets.put(p.name(), offset);
            offset += p.shape().elements();
        }
    }

    /** Weights that are all zero, to be filled by the caller. */
    public static Weights zeros(NetSpec spec) {
        return new Weights(spec);
    }

    /** The first values that the parameters' initializers give for a seed. */
    public static Weights init(NetSpec spec, long seed) {
        Weights weights = new Weights(spec);
        for (Parameter p : spec.parameters()) {
            Tensor tensor = weights.tensor(p.name());
            Init init = p.init();
            long stream = Philox.stream(p.name());
            Init.Values values = init.values(p.shape(), seed, stream);
            IntStream elements = IntStream.range(0, tensor.elements());
            (tensor.elements() < WORTH_THREADS ? elements : elements.parallel())
                    .forEach(i -> tensor.set(i, values.at(i)));
        }
        return weights;
    }

    /**
     * Reads the weights of a net from a safetensors file.
     *
     * @throws WeightsMismatchException when they are those of another net; the message names each parameter that differs
     * @throws IOException when the file cannot be read or is damaged; the message is for the user
     */
    public static Weights load(NetSpec spec, Path safetensors) throws IOException {
        return WeightsFile.load(spec, safetensors);
    }

    /**
     * Writes a safetensors file, with the net's name and structural hash in its metadata. An existing file is replaced
     * once the new one is whole.
     *
     * @throws IOException when the file cannot be written; the message is for the user
     */
    public void save(Path safetensors) throws IOException {
        save(safetensors, List.of(), Map.of());
    }

    /**
     * Writes a safetensors file with more in it than the weights; see {@link #save(Path)}.
     *
     * @param more tensors whose names have a colon: reading the file as weights leaves them out
     * @param metadata texts beside the net's name and structural hash
     * @throws DataException when the file cannot be written; the message is for the user
     */
    public void save(Path safetensors, List<NamedTensor> more, Map<String, String> metadata) throws DataException {
        WeightsFile.save(this, safetensors, more, metadata);
    }

    /** What the parameters are. */
    public NetSpec spec() {
        return spec;
    }

    /**
     * Says that values were changed, so that sessions which are open compute anew what they keep from run to run because
     * it depends on the weights alone. Whoever writes into {@link #values} calls this before the next run.
     */
    public void changed() {
        newest = null;
        version.incrementAndGet();
    }

    /**
     * Says that values were changed in a copy, as {@link #changed} does for those here. They are fetched from there when somebody
     * asks for them here.
     */
    public void changedIn(WeightsCopy copy) {
        newest = copy; // before anybody sees that there is something new
        version.incrementAndGet();
    }

    /** Fetches the values where those of a copy are newer. */
    void fetch() {
        if (newest == null) {
            return;
        }
        synchronized (this) {
            WeightsCopy copy = newest;
            if (copy != null) {
                copy.fetch(values);
                newest = null;
            }
        }
    }

    /** The forms in which kernels of sessions that are open, or were, keep the values. */
    Map<Packs.Key, Packs.Kept> packs() {
        return packs;
    }

    /** How often the values were {@link #changed}. */
    public long version() {
        return version.get();
    }

    /**
     * All values, float32, in the order of the specification. Whoever writes there calls {@link #changed} then. A segment from
     * before a training step on a device may have the values from before it.
     */
    public MemorySegment values() {
        fetch();
        return values;
    }

    /** Whether there is a parameter of this path. */
    public boolean contains(String path) {
        return byPath.containsKey(path);
    }

    /**
     * The values of one parameter: a part of {@link #values}. Whoever writes there calls {@link #changed} then.
     *
     * @throws IllegalArgumentException when there is no parameter of this path
     */
    public MemorySegment of(String path) {
        return tensor(path).data();
    }

    /**
     * One parameter with its shape.
     *
     * @throws IllegalArgumentException when there is no parameter of this path
     */
    public Tensor tensor(String path) {
        fetch();
        Tensor tensor = byPath.get(path);
        if (tensor == null) {
            throw new IllegalArgumentException(spec.name() + " has no parameter " + path);
        }
        return tensor;
    }

    /**
     * Where a parameter begins in {@link #values}, in elements.
     *
     * @throws IllegalArgumentException when there is no parameter of this path
     */
    public long offset(String path) {
        Long offset = offsets.get(path);
        if (offset == null) {
            throw new IllegalArgumentException(spec.name() + " has no parameter " + path);
        }
        return offset;
    }
}
