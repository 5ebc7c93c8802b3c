package dev.striate.runtime.cuda;

import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.backend.WeightsCopy;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of some weights on the device: one copy for all sessions that are open. Sessions behind whose runs the weights change
 * work on its stream, so that all they and their optimizers do is done in order; others wait for it before they read.
 */
final class SharedWeights implements WeightsCopy, AutoCloseable {
    private final Driver driver;
    private final CodeCache code;
    private final Weights weights;
    private final boolean leads;
    private final MemorySegment memory;
    private final long stream;
    private final List<Long> modules = new ArrayList<>();
    private final Gate gate;
    private final CudaUpdates updates;
    /** The version of the weights that the copy is of; none yet. */
    private long version = -1;
    /** Whether the stream may have something to do that changes the weights. */
    private boolean changing;
    /** How many sessions are open. */
    int users;

    /**
     * Room for a copy.
     *
     * @param scales whether gradients are scaled
     * @param leads whether what is learned here becomes the weights' values; else another device learns the same, and says so first
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    @SuppressWarnings("restricted") // the address is the device's: the segment only carries it
    SharedWeights(Cuda cuda, CodeCache code, Weights weights, boolean scales, boolean leads) {
        this.driver = cuda.driver();
        this.code = code;
        this.weights = weights;
        this.leads = leads;
        long bytes = Tensor.ELEMENT * weights.spec().count();
        long behind = Math.ceilDiv(bytes, Long.BYTES) * Long.BYTES;
        long room = driver.allocate(behind + Gate.BYTES + RunNumbers.RANGE);
        this.memory = MemorySegment.ofAddress(room).reinterpret(bytes);
        this.stream = driver.stream();
        this.gate = new Gate(driver, this, room + behind, scales, leads);
        this.updates = new CudaUpdates(this, driver, room + behind + Gate.BYTES);
    }

    /** What they are. */
    List<Parameter> parameters() {
        return weights.spec().parameters();
    }

    /** Where the values lie. */
    MemorySegment memory() {
        return memory;
    }

    /** In whose order the values change. */
    long stream() {
        return stream;
    }

    /** What says whether they may change. */
    Gate gate() {
        return gate;
    }

    /** The loops that change them. */
    CudaUpdates updates() {
        return updates;
    }

    /** The machine code of a kernel, as long as the copy is there. */
    long function(Source source) {
        driver.enter();
        long module = driver.load(code.of(Source.module(List.of(source))));
        modules.add(module);
        return driver.function(module, source.name());
    }

    /** What optimizers work on that change the values by the gradients of a session. */
    Learning learning(MemorySegment gradients) {
        return new Learning(memory, gradients, updates, this::changed);
    }

    private synchronized void changed() {
        gate.step();
        if (leads) {
            weights.changedIn(this);
        }
        version = weights.version();
        changing = true;
    }

    /** Makes the values the newest, before a run on {@code reader}. */
    synchronized void refresh(long reader) {
        long newest = weights.version();
        if (version != newest) {
            MemorySegment values = weights.values(); // perhaps from another device
            driver.enter();
            driver.upload(memory.address(), values, stream);
            driver.await(stream);
            version = newest;
            changing = false;
        } else if (changing && reader != stream) {
            driver.await(stream);
            changing = false;
        }
    }

    @Override
    public void fetch(MemorySegment values) {
        driver.enter();
        driver.download(values, memory.address(), stream);
        driver.await(stream);
    }

    private void bring() {
        try {
            weights.values();
        } catch (DeviceException e) {
            weights.changed();
            throw e;
        }
    }

    /** Leaves the newest values on Java's side, and frees the memory. When the device is lost, so is what was newer there. */
    @Override
    public void close() {
        if (leads) {
            bring();
        }
        driver.enter(); // perhaps another device had the newest values
        modules.forEach(driver::unload);
        driver.free(memory.address());
        driver.freeStream(stream);
    }
}
