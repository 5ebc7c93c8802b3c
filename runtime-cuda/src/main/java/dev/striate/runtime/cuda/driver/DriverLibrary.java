package dev.striate.runtime.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** The library of NVIDIA's driver, which can be asked for without the bindings. */
public final class DriverLibrary {
    private DriverLibrary() {}

    /** Whether it is there: a cheap question, which most machines answer with no. */
    @SuppressWarnings("restricted") // it loads the driver and nothing else
    public static boolean isThere() {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(windows ? "nvcuda.dll" : "libcuda.so.1", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
