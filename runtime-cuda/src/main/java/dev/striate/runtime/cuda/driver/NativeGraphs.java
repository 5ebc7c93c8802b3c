package dev.striate.runtime.cuda.driver;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** cuDNN's graph API, under the handle of its other one. The handle is for one thread at a time. */
final class NativeGraphs implements Graphs {
    /** Room for the library's reason, in bytes. */
    private static final int REASON = 512;

    private final cudnnContext library;
    private final boolean deterministic;
    private final Object lock;
    private final Map<Long, cudnnBackendDescriptor_t> open = new HashMap<>();

    /**
     * Of a library that is open.
     *
     * @param lock held by whoever calls the library
     */
    NativeGraphs(cudnnContext library, boolean deterministic, Object lock) {
        this.library = library;
        this.deterministic = deterministic;
        this.lock = lock;
    }

    private cudnnBackendDescriptor_t get(long descriptor) {
        return requireNonNull(open.get(descriptor));
    }

    @Override
    public long create(Kind kind) {
        synchronized (lock) {
            cudnnBackendDescriptor_t made = new cudnnBackendDescriptor_t();
            NativeDnn.check(
                    "cudnnBackendCreateDescriptor of " + kind, cudnn.cudnnBackendCreateDescriptor(kind.number, made));
            open.put(made.address(), made);
            return made.address();
        }
    }

    @Override
    public void set(long descriptor, Attribute attribute, long... values) {
        synchronized (lock) {
            try (Arena arena = Arena.ofConfined()) {
                int bytes = attribute.type.bytes;
                MemorySegment all = arena.allocate((long) values.length * bytes, Long.BYTES);
                for (int i = 0; i < values.length; i++) {
                    write(all, i, bytes, values[i]);
                }
                NativeDnn.check(
                        "cudnnBackendSetAttribute of " + attribute,
                        cudnn.cudnnBackendSetAttribute(
                                get(descriptor),
                                attribute.number,
                                attribute.type.number,
                                values.length,
                                Natives.pointer(all)));
            }
        }
    }

    private static void write(MemorySegment all, int i, int bytes, long value) {
        switch (bytes) {
            case Long.BYTES -> all.setAtIndex(ValueLayout.JAVA_LONG, i, value);
            case Integer.BYTES -> all.setAtIndex(ValueLayout.JAVA_INT, i, (int) value);
            default -> all.set(ValueLayout.JAVA_BYTE, i, (byte) value);
        }
    }

    @Override
    public void finish(long descriptor) {
        synchronized (lock) {
            int status = cudnn.cudnnBackendFinalize(get(descriptor));
            if (status != cudnn.CUDNN_STATUS_SUCCESS) {
                byte[] reason = new byte[REASON];
                cudnn.cudnnGetLastErrorString(reason, REASON);
                throw new IllegalStateException("cudnnBackendFinalize failed: "
                        + cudnn.cudnnGetErrorString(status).getString() + ": " + text(reason));
            }
        }
    }

    private static String text(byte[] ended) {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocateFrom(ValueLayout.JAVA_BYTE, ended).getString(0);
        }
    }

    @Override
    public long[] numbers(long descriptor, Attribute attribute) {
        synchronized (lock) {
            try (Arena arena = Arena.ofConfined()) {
                int bytes = attribute.type.bytes;
                int most = count(descriptor, attribute, 0, null);
                MemorySegment all = arena.allocate(Math.max(1, (long) most * bytes), Long.BYTES);
                long[] values = new long[most == 0 ? 0 : count(descriptor, attribute, most, Natives.pointer(all))];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes == Long.BYTES
                            ? all.getAtIndex(ValueLayout.JAVA_LONG, i)
                            : all.getAtIndex(ValueLayout.JAVA_INT, i);
                }
                return values;
            }
        }
    }

    /** How many values an attribute has, or were written to where there is room for some. */
    private int count(long descriptor, Attribute attribute, int room, @Nullable Pointer to) {
        long[] count = new long[1];
        NativeDnn.check(
                "cudnnBackendGetAttribute of " + attribute,
                cudnn.cudnnBackendGetAttribute(
                        get(descriptor), attribute.number, attribute.type.number, room, count, to));
        return Math.toIntExact(count[0]);
    }

    /** The library fills descriptors that are there; it may say that there are more than it fills then. */
    @Override
    public List<Long> descriptors(long descriptor, Attribute attribute, Kind kind) {
        synchronized (lock) {
            int most = count(descriptor, attribute, 0, null);
            List<Long> made = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment all = arena.allocate(Math.max(1, (long) most * Long.BYTES), Long.BYTES);
                for (int i = 0; i < most; i++) {
                    made.add(create(kind));
                    all.setAtIndex(ValueLayout.JAVA_LONG, i, made.getLast());
                }
                int filled = most == 0 ? 0 : count(descriptor, attribute, most, Natives.pointer(all));
                made.subList(filled, most).forEach(this::free);
                return List.copyOf(made.subList(0, filled));
            } catch (IllegalStateException e) {
                made.forEach(this::free);
                throw e;
            }
        }
    }

    @Override
    public void free(long descriptor) {
        synchronized (lock) {
            cudnnBackendDescriptor_t freed = requireNonNull(open.remove(descriptor));
            NativeDnn.check("cudnnBackendDestroyDescriptor", cudnn.cudnnBackendDestroyDescriptor(freed));
        }
    }

    @Override
    public long handle() {
        return library.address();
    }

    @Override
    public boolean isDeterministic() {
        return deterministic;
    }

    @Override
    public void execute(long plan, long pack, long stream) {
        synchronized (lock) {
            NativeDnn.check("cudnnSetStream", cudnn.cudnnSetStream(library, new CUstream_st(Natives.pointer(stream))));
            NativeDnn.check("cudnnBackendExecute", cudnn.cudnnBackendExecute(library, get(plan), get(pack)));
        }
    }
}
