package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** The driver of this machine, on one of its devices, in the context that all libraries share. */
final class NativeDriver implements Driver {
    private final CUctx_st context = new CUctx_st();
    private final int capability;
    private final String description;

    /**
     * Opens a device.
     *
     * @param number which one, from 0
     * @throws NoGpuException when there is none at all
     * @throws IllegalStateException when there is none of this number, or it is too old; the message says why
     * @throws OutOfMemoryError when it has no memory left for a context
     */
    NativeDriver(int number) {
        init();
        int[] device = new int[1];
        check("cuDeviceGet", cudart.cuDeviceGet(device, number));
        capability = 10 * attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device[0])
                + attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device[0]);
        Machine.requireCapable(capability);
        check("cuDevicePrimaryCtxRetain", cudart.cuDevicePrimaryCtxRetain(context, device[0]));
        description = describe(device[0]);
    }

    private static void init() {
        int status = cudart.cuInit(0);
        try {
            check("cuInit", status);
        } catch (DeviceException e) {
            throw status == cudart.CUDA_ERROR_NO_DEVICE
                    ? new NoGpuException("there is no device (" + e.getMessage() + ")")
                    : e;
        }
    }

    /** How many devices there are, once one was opened. */
    static int count() {
        int[] count = new int[1];
        check("cuDeviceGetCount", cudart.cuDeviceGetCount(count));
        return count[0];
    }

    /** The version of CUDA that the driver is for, such as 13010 for 13.1. It needs no device. */
    static int version() {
        int[] version = new int[1];
        check("cuDriverGetVersion", cudart.cuDriverGetVersion(version));
        return version[0];
    }

    private static int attribute(int number, int device) {
        int[] value = new int[1];
        check("cuDeviceGetAttribute", cudart.cuDeviceGetAttribute(value, number, device));
        return value[0];
    }

    private String describe(int device) {
        int version = version();
        try (BytePointer name = new BytePointer(256);
                SizeTPointer memory = new SizeTPointer(1)) {
            check("cuDeviceGetName", cudart.cuDeviceGetName(name, (int) name.capacity(), device));
            check("cuDeviceTotalMem", cudart.cuDeviceTotalMem(memory, device));
            return String.format(
                    Locale.ROOT,
                    "%s, compute capability %d.%d, %.0f GiB, driver for CUDA %d.%d",
                    name.getString(),
                    capability / 10,
                    capability % 10,
                    memory.get() / 0x1p30,
                    version / 1000,
                    version % 1000 / 10);
        }
    }

    static void check(String call, int status) {
        Natives.check(call, status, meaning(status), NativeDriver::reason);
    }

    /** What a status says. */
    static Natives.Meaning meaning(int status) {
        return status == cudart.CUDA_ERROR_OUT_OF_MEMORY ? Natives.Meaning.NO_MEMORY : Natives.Meaning.OTHER;
    }

    private static @Nullable BytePointer reason(int status) {
        BytePointer text = new BytePointer((Pointer) null);
        return cudart.cuGetErrorString(status, text) == 0 ? text : null;
    }

    private static CUstream_st stream(long handle) {
        return new CUstream_st(Natives.pointer(handle));
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public int capability() {
        return capability;
    }

    @Override
    public void enter() {
        check("cuCtxSetCurrent", cudart.cuCtxSetCurrent(context));
    }

    @Override
    public long allocate(long bytes) {
        try (LongPointer address = new LongPointer(1)) {
            int status = cudart.cuMemAlloc(address, bytes);
            if (status == cudart.CUDA_ERROR_OUT_OF_MEMORY) {
                throw new OutOfMemoryError(free());
            }
            check("cuMemAlloc", status);
            return address.get();
        }
    }

    private static String free() {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            check("cuMemGetInfo", cudart.cuMemGetInfo(free, total));
            return String.format(
                    Locale.ROOT, "the GPU has %.1f GiB free of %.1f", free.get() / 0x1p30, total.get() / 0x1p30);
        }
    }

    @Override
    public void free(long address) {
        check("cuMemFree", cudart.cuMemFree(address));
    }

    @Override
    public void pin(MemorySegment memory) {
        check("cuMemHostRegister", cudart.cuMemHostRegister(Natives.pointer(memory), memory.byteSize(), 0));
    }

    @Override
    public void unpin(MemorySegment memory) {
        check("cuMemHostUnregister", cudart.cuMemHostUnregister(Natives.pointer(memory)));
    }

    @Override
    public long stream() {
        CUstream_st stream = new CUstream_st();
        check("cuStreamCreate", cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING));
        return stream.address();
    }

    @Override
    public void freeStream(long stream) {
        check("cuStreamDestroy", cudart.cuStreamDestroy(stream(stream)));
    }

    private static CUevent_st event(long handle) {
        return new CUevent_st(Natives.pointer(handle));
    }

    @Override
    public long event() {
        CUevent_st event = new CUevent_st();
        check("cuEventCreate", cudart.cuEventCreate(event, cudart.CU_EVENT_DISABLE_TIMING));
        return event.address();
    }

    @Override
    public long timer() {
        CUevent_st event = new CUevent_st();
        check("cuEventCreate", cudart.cuEventCreate(event, cudart.CU_EVENT_DEFAULT));
        return event.address();
    }

    @Override
    public long nanos(long from, long to) {
        float[] millis = new float[1];
        check("cuEventElapsedTime", cudart.cuEventElapsedTime(millis, event(from), event(to)));
        return Math.round(millis[0] * 1e6);
    }

    @Override
    public void freeEvent(long event) {
        check("cuEventDestroy", cudart.cuEventDestroy(event(event)));
    }

    @Override
    public void record(long event, long stream) {
        check("cuEventRecord", cudart.cuEventRecord(event(event), stream(stream)));
    }

    @Override
    public void waitFor(long event, long stream) {
        check("cuStreamWaitEvent", cudart.cuStreamWaitEvent(stream(stream), event(event), 0));
    }

    @Override
    public void awaitEvent(long event) {
        check("cuEventSynchronize", cudart.cuEventSynchronize(event(event)));
    }

    @Override
    public void upload(long to, MemorySegment from, long stream) {
        if (from.byteSize() == 0) { // there may be no address
            return;
        }
        check(
                "cuMemcpyHtoDAsync",
                cudart.cuMemcpyHtoDAsync(to, Natives.pointer(from), from.byteSize(), stream(stream)));
    }

    @Override
    public void download(MemorySegment to, long from, long stream) {
        if (to.byteSize() == 0) {
            return;
        }
        check("cuMemcpyDtoHAsync", cudart.cuMemcpyDtoHAsync(Natives.pointer(to), from, to.byteSize(), stream(stream)));
    }

    @Override
    public void copy(long to, long from, long bytes, long stream) {
        if (bytes == 0) {
            return;
        }
        check("cuMemcpyDtoDAsync", cudart.cuMemcpyDtoDAsync(to, from, bytes, stream(stream)));
    }

    @Override
    public void fill(long to, byte value, long bytes, long stream) {
        if (bytes == 0) {
            return;
        }
        check("cuMemsetD8Async", cudart.cuMemsetD8Async(to, value, bytes, stream(stream)));
    }

    @Override
    public long load(byte[] code) {
        CUmod_st module = new CUmod_st();
        try (BytePointer bytes = new BytePointer(code)) {
            check("cuModuleLoadData", cudart.cuModuleLoadData(module, bytes));
        }
        return module.address();
    }

    @Override
    public void unload(long module) {
        check("cuModuleUnload", cudart.cuModuleUnload(new CUmod_st(Natives.pointer(module))));
    }

    @Override
    public long function(long module, String name) {
        CUfunc_st function = new CUfunc_st();
        check(
                "cuModuleGetFunction of " + name,
                cudart.cuModuleGetFunction(function, new CUmod_st(Natives.pointer(module)), name));
        return function.address();
    }

    @Override
    public void launch(long function, int blocks, int threads, long[] args, long stream) {
        // The driver takes the address of every argument, and copies the arguments before it returns.
        try (LongPointer values = new LongPointer(args);
                PointerPointer<LongPointer> addresses = new PointerPointer<>(args.length)) {
            for (int i = 0; i < args.length; i++) {
                addresses.put(i, values.getPointer(i));
            }
            CUfunc_st kernel = new CUfunc_st(Natives.pointer(function));
            check(
                    "cuLaunchKernel",
                    cudart.cuLaunchKernel(
                            kernel, blocks, 1, 1, threads, 1, 1, 0, stream(stream), addresses, (PointerPointer<?>)
                                    null));
        }
    }

    @Override
    public void beginCapture(long stream) {
        check(
                "cuStreamBeginCapture",
                cudart.cuStreamBeginCapture(stream(stream), cudart.CU_STREAM_CAPTURE_MODE_RELAXED));
    }

    @Override
    public long endCapture(long stream) {
        CUgraph_st graph = new CUgraph_st();
        check("cuStreamEndCapture", cudart.cuStreamEndCapture(stream(stream), graph));
        CUgraphExec_st executable = new CUgraphExec_st();
        int made = cudart.cuGraphInstantiate(executable, graph, 0);
        int destroyed = cudart.cuGraphDestroy(graph);
        check("cuGraphInstantiate", made);
        check("cuGraphDestroy", destroyed);
        return executable.address();
    }

    @Override
    public void replay(long graph, long stream) {
        check("cuGraphLaunch", cudart.cuGraphLaunch(new CUgraphExec_st(Natives.pointer(graph)), stream(stream)));
    }

    @Override
    public void freeGraph(long graph) {
        check("cuGraphExecDestroy", cudart.cuGraphExecDestroy(new CUgraphExec_st(Natives.pointer(graph))));
    }

    @Override
    public void await(long stream) {
        check("cuStreamSynchronize", cudart.cuStreamSynchronize(stream(stream)));
    }
}
