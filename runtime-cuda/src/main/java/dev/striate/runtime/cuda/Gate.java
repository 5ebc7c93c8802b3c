package dev.striate.runtime.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What on the device decides whether updates change weights: {@code struct Gate} of the kernels. It closes for good behind a run that went
 * wrong, and for one step where scaled gradients are not finite.
 */
final class Gate {
    /** What it takes, in bytes. */
    static final long BYTES = 3 * Long.BYTES + 4 * Float.BYTES;

    private static final long SCALE = 3 * Long.BYTES;
    /** Scale, good steps, and whether gradients are lost. */
    private static final int STATE = 3;

    private static final float FIRST_SCALE = 0x1p16f;
    private static final float MOST_SCALE = 0x1p60f;
    private static final int PATIENCE = 2000;

    private final Driver driver;
    private final long address;
    private final long stream;
    private final boolean scales;
    private final boolean says;
    private final long rescale;
    private final long[] args;
    private final MemorySegment host = Arena.ofAuto().allocate(BYTES, Long.BYTES);
    private boolean begun;
    /** Whether the step was ended with its run. */
    private boolean ended;

    private int skipped;

    /**
     * At an address of the device.
     *
     * @param weights those that change or not
     * @param scales whether gradients are scaled
     * @param says whether the log says when gradients were not finite; of several devices, which all skip the same steps, one does
     */
    Gate(Driver driver, SharedWeights weights, long address, boolean scales, boolean says) {
        this(
                driver,
                weights.stream(),
                address,
                scales,
                says,
                scales ? weights.function(UpdateKernels.rescale(PATIENCE, MOST_SCALE)) : 0);
    }

    /** At an address of the device, for runs that change no weights. */
    Gate(Driver driver, long stream, long address) {
        this(driver, stream, address, false, false, 0);
    }

    private Gate(Driver driver, long stream, long address, boolean scales, boolean says, long rescale) {
        this.driver = driver;
        this.address = address;
        this.stream = stream;
        this.scales = scales;
        this.says = says;
        this.rescale = rescale;
        this.args = new long[] {address};
        begin(1);
    }

    private void begin(float scale) {
        host.set(JAVA_FLOAT, SCALE, scale);
        driver.upload(address, host, stream);
    }

    /** Scales from now on: sessions that learn do, if any. */
    void beginScaling() {
        if (!begun) {
            begun = true;
            begin(FIRST_SCALE);
        }
    }

    /** Where it lies. */
    long address() {
        return address;
    }

    /** Where that lies which gradients begin with. */
    long scale() {
        return address + SCALE;
    }

    /** Whether gradients are scaled. */
    boolean scales() {
        return scales;
    }

    /** What {@link dev.striate.runtime.backend.UpdateLoops#scale} is. */
    @SuppressWarnings("restricted") // the address is the device's: the segment only carries it
    MemorySegment state() {
        return scales ? MemorySegment.ofAddress(scale()).reinterpret(STATE * Float.BYTES) : MemorySegment.NULL;
    }

    /** Opens it again behind a run that went wrong. */
    void open() {
        driver.fill(address, (byte) 0, SCALE, stream);
    }

    /** Adapts the scale to what became of the gradients, behind all updates of a step. */
    void rescale() {
        if (scales) {
            driver.launch(rescale, 1, Call.BLOCK, args, stream);
        }
    }

    /** Takes note that the present step is ended with its run. */
    void endsWithRun() {
        ended = true;
    }

    /** Ends a step, if that was not done with its run. */
    void step() {
        if (!ended) {
            driver.enter(); // one thread ends the steps of all devices
            rescale();
        }
        ended = false;
    }

    /** Copies it to Java's side, where {@link #look} may look at it once the stream was waited for. */
    void fetch() {
        driver.download(host, address, stream);
    }

    /** The number of the step that went wrong, from 1; 0 while all is well. Says when gradients were not finite since the last time. */
    long look() {
        int now = host.get(JAVA_INT, SCALE + STATE * Float.BYTES);
        if (says && now != skipped) {
            System.getLogger("dev.striate.runtime")
                    .log(
                            Level.INFO,
                            String.format(
                                    "gradients were not finite in float16: %d %s changed nothing; the loss scale is now 2^%d",
                                    now - skipped,
                                    now - skipped == 1 ? "step" : "steps",
                                    Math.getExponent(host.get(JAVA_FLOAT, SCALE))));
            skipped = now;
        }
        return host.get(JAVA_LONG, 0);
    }

    /** Which score, fault or other quantity went wrong, from 0; -1 when another device knows. */
    int what() {
        return (int) host.get(JAVA_LONG, Long.BYTES) - 1;
    }

    /** The number of the first sample of the run that went wrong in its batch. */
    int first() {
        return (int) (host.get(JAVA_LONG, Long.BYTES) >>> Integer.SIZE);
    }

    /** The fault. */
    long fault() {
        return host.get(JAVA_LONG, 2 * Long.BYTES);
    }
}
