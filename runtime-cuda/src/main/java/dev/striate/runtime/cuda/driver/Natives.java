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
            throw new DeviceException(words(call, status, reason));
        }
    }

    private static String words(String call, int status, IntFunction<@Nullable BytePointer> reason) {
        BytePointer text = reason.apply(status);
        return call + " failed: " + (text == null ? "status " + status : text.getString());
    }

    /**
     * Refuses every status but 0 of a call that may also be one too much for the library or the memory.
     *
     * @param call what was called
     * @param meaning of the status
     * @param reason gives the library's words for a status
     * @throws RefusedException when the library does not do that
     * @throws OutOfMemoryError when there is not enough memory
     * @throws DeviceException when the call failed otherwise
     */
    static void check(String call, int status, Meaning meaning, IntFunction<@Nullable BytePointer> reason) {
        if (status == 0) {
            return;
        }
        String words = words(call, status, reason);
        switch (meaning) {
            case REFUSED -> throw new RefusedException(words);
            case NO_MEMORY -> throw new OutOfMemoryError(words);
            case OTHER -> throw new DeviceException(words);
        }
    }

    /** What a status other than 0 says. */
    enum Meaning {
        /** The library does not do this in this way. */
        REFUSED,
        /** There is not enough memory. */
        NO_MEMORY,
        /** Something is broken. */
        OTHER
    }

    private static final class Address extends Pointer {
        Address(long value) {
            super((Pointer) null);
            this.address = value;
        }
    }
}
