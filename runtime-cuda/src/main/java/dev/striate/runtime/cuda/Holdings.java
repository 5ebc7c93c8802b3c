package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The memory and the machine code that a session has on a device, and memory on Java's side beside it. */
final class Holdings {
    private final Driver driver;
    private final CodeCache code;
    private final Arena arena = Arena.ofShared();
    private final List<Long> allocated = new ArrayList<>();
    private final List<Long> modules = new ArrayList<>();

    /** Nothing yet. */
    Holdings(Driver driver, CodeCache code) {
        this.driver = driver;
        this.code = code;
    }

    /** Java's memory. */
    MemorySegment here(long bytes, long alignment) {
        return arena.allocate(bytes, alignment);
    }

    /**
     * Memory of the device.
     *
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    @SuppressWarnings("restricted") // the address is the device's: the segment only carries it
    MemorySegment allocate(long bytes) {
        long address = driver.allocate(Math.max(bytes, 1));
        allocated.add(address);
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** Numbers that stay as they are, on the device before a stream goes on. */
    long table(long[] numbers, long stream) {
        MemorySegment own = arena.allocate(Long.BYTES * (long) numbers.length, Long.BYTES);
        MemorySegment.copy(numbers, 0, own, ValueLayout.JAVA_LONG, 0, numbers.length);
        long there = allocate(own.byteSize()).address();
        driver.upload(there, own, stream);
        return there;
    }

    /** The machine code of kernels by their names. */
    Map<String, Long> functions(List<Source> sources) {
        Map<String, Long> functions = new HashMap<>();
        if (!sources.isEmpty()) {
            long module = driver.load(code.of(Source.module(sources)));
            modules.add(module);
            sources.forEach(s -> functions.computeIfAbsent(s.name(), name -> driver.function(module, name)));
        }
        return functions;
    }

    /** The machine code of a kernel. */
    long function(Source source) {
        return functions(List.of(source)).values().iterator().next();
    }

    /** Frees what it has of the device. */
    void free() {
        modules.forEach(driver::unload);
        allocated.forEach(driver::free);
    }

    /** Frees Java's memory. */
    void freeHere() {
        arena.close();
    }
}
