package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** What the bindings have in common: addresses as pointers, and statuses. */
final class Natives {
    private Natives() {}

    /** An address as a pointer; null for none. */
    static @Nullable Pointer pointer(long address) {
        return address == 0 ? null : new Address(address);
    }

    /** Memory of Java as a pointer. */
    static Pointer pointer(MemorySegment memory) {
        return new Address(memory.address());
    }

    /**
     * Refuses every status but 0.
     *
     * @param call what was called
     * @param reason gives the library's words for a status
     * @throws DeviceException when the call failed
     */
    static void check(String call, int status, IntFunction<@Nullable BytePointer> reason) {
        if (status != 0) {
            BytePointer text = reason.apply(status);
            throw new DeviceException(call + " failed: " + (text == null ? "status " + status : text.getString()));
        }
    }

    private static final class Address extends Pointer {
        Address(long value) {
            super((Pointer) null);
            this.address = value;
        }
    }
}
