package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.nccl;
import org.bytedeco.cuda.nccl.ncclComm;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** NCCL, with one communicator for each device of this process. */
final class NativeCollective implements Collective {
    /** How long a call may take before it counts as one that waits for another device, in seconds. */
    private static final long PATIENCE = 5;

    private final ncclComm communicator;
    /** Held during calls, so that a communicator is not freed within one. */
    private final ReentrantLock calls = new ReentrantLock();

    private final AtomicBoolean aborted;
    private final List<NativeCollective> all;

    private NativeCollective(ncclComm communicator, AtomicBoolean aborted, List<NativeCollective> all) {
        this.communicator = communicator;
        this.aborted = aborted;
        this.all = all;
    }

    /**
     * Connects devices.
     *
     * @param devices their numbers
     * @return one for each, in the same order
     */
    static List<Collective> of(List<Integer> devices) {
        int[] numbers = devices.stream().mapToInt(Integer::intValue).toArray();
        try (PointerPointer<ncclComm> communicators = new PointerPointer<>(numbers.length)) {
            check("ncclCommInitAll", nccl.ncclCommInitAll(communicators, numbers.length, numbers));
            AtomicBoolean aborted = new AtomicBoolean();
            List<NativeCollective> all = new ArrayList<>();
            IntStream.range(0, numbers.length)
                    .forEach(i -> all.add(new NativeCollective(communicators.get(ncclComm.class, i), aborted, all)));
            return List.copyOf(all);
        }
    }

    private static void check(String call, int status) {
        Natives.check(call, status, nccl::ncclGetErrorString);
    }

    /** A call of the library. */
    @FunctionalInterface
    private interface Call {
        int make();
    }

    private void call(String name, Call call) {
        calls.lock();
        try {
            if (aborted.get()) {
                throw new DeviceException(name + " failed: another device does not go on");
            }
            check(name, call.make());
        } finally {
            calls.unlock();
        }
    }

    @Override
    public long weightedSum(float weight) {
        int[] operation = new int[1];
        try (FloatPointer factor = new FloatPointer(new float[] {weight})) {
            call(
                    "ncclRedOpCreatePreMulSum",
                    () -> nccl.ncclRedOpCreatePreMulSum(
                            operation, factor, nccl.ncclFloat32, nccl.ncclScalarHostImmediate, communicator));
        }
        return operation[0];
    }

    @Override
    public void free(long operation) {
        if (!aborted.get()) { // else it went with the communicator
            call("ncclRedOpDestroy", () -> nccl.ncclRedOpDestroy((int) operation, communicator));
        }
    }

    @Override
    public void reduce(long operation, long numbers, long count, long stream) {
        reduce(numbers, count, nccl.ncclFloat32, (int) operation, stream);
    }

    @Override
    public void largest(long number, long stream) {
        reduce(number, 1, nccl.ncclUint64, nccl.ncclMax, stream);
    }

    private void reduce(long address, long count, int type, int operation, long stream) {
        Pointer place = Natives.pointer(address);
        CUstream_st on = new CUstream_st(Natives.pointer(stream));
        call("ncclAllReduce", () -> nccl.ncclAllReduce(place, place, count, type, operation, communicator, on));
    }

    @Override
    public void abort() {
        if (!aborted.getAndSet(true)) {
            all.forEach(NativeCollective::end);
        }
    }

    @Override
    public void close() {
        calls.lock();
        try {
            int status = aborted.get() ? 0 : nccl.ncclCommDestroy(communicator); // else it is free
            if (status != 0) { // nothing more can be done
                System.getLogger("dev.striate.runtime").log(Level.DEBUG, "ncclCommDestroy failed: status " + status);
            }
        } finally {
            calls.unlock();
        }
    }

    /** Frees the communicator; a call that waits for another device, which nothing else ends, ends with it. */
    private void end() {
        boolean idle = false;
        try {
            idle = calls.tryLock(PATIENCE, TimeUnit.SECONDS);
            nccl.ncclCommAbort(communicator); // whatever it says, nothing more can be done
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (idle) {
                calls.unlock();
            }
        }
    }
}
