package dev.striate.runtime.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nccl;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.Loader;

/** What of CUDA this machine has. */
public final class Machine {
    /** A library that is needed, the class that binds it, and where to get it. */
    record Part(String name, Class<?> binding, String advice) {}

    private static final String TOOLKIT = "install the CUDA 13 toolkit";
    static final List<Part> PARTS = List.of(
            new Part("the CUDA run time", cudart.class, TOOLKIT),
            new Part("NVRTC", nvrtc.class, TOOLKIT),
            new Part("cuBLASLt", cublas.class, TOOLKIT),
            new Part("cuDNN", cudnn.class, "install cuDNN 9 for CUDA 13"));

    static final Part NCCL = new Part("NCCL", nccl.class, "install NCCL 2 for CUDA 13");

    /** The first version of CUDA whose drivers do. */
    private static final int OLDEST = 13_000;

    private Machine() {}

    /** Whether the driver's library is there: a cheap question, which most machines answer with no. */
    @SuppressWarnings("restricted") // it loads the driver and nothing else
    public static boolean hasDriver() {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(windows ? "nvcuda.dll" : "libcuda.so.1", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Opens a device and all libraries.
     *
     * @param number which one, from 0
     * @param deterministic whether only algorithms are taken that give the same bits every time
     * @throws IllegalStateException when a part is missing or too old; the message names it and says what to do
     */
    public static Cuda open(int number, boolean deterministic) {
        if (!hasDriver()) {
            throw new IllegalStateException("the driver is missing; install NVIDIA's, for CUDA 13 or later");
        }
        for (Part part : PARTS) {
            load(part, Loader::load);
        }
        requireNew(NativeDriver.version());
        NativeDriver driver;
        try {
            driver = new NativeDriver(number);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "there is no device" + (number == 0 ? "" : " " + number) + " (" + e.getMessage() + ")", e);
        }
        driver.enter();
        return new Cuda(driver, new Nvrtc(), new NativeDnn(deterministic), new NativeBlas());
    }

    /**
     * Refuses drivers that are too old for the libraries.
     *
     * @param version of CUDA, such as 13010 for 13.1
     * @throws IllegalStateException for one; the message says what to do
     */
    static void requireNew(int version) {
        if (version < OLDEST) {
            throw new IllegalStateException("the driver is for CUDA %d.%d; install NVIDIA's, for CUDA 13 or later"
                    .formatted(version / 1000, version % 1000 / 10));
        }
    }

    /** How many devices there are, where {@link #open} opens the first. */
    public static int devices() {
        return NativeDriver.count();
    }

    /**
     * Returns when there is what connects devices.
     *
     * @throws IllegalStateException when NCCL is missing; the message says what to do
     */
    public static void requireConnectable() {
        load(NCCL, Loader::load);
    }

    /**
     * Connects devices that were opened.
     *
     * @param numbers which ones
     * @return one for each, in the same order
     * @throws IllegalStateException when NCCL is missing, or does not connect them; the message says what to do
     */
    public static List<Collective> connect(List<Integer> numbers) {
        requireConnectable();
        return NativeCollective.of(numbers);
    }

    /** Why devices cannot be connected, in a few words; empty when they can. */
    public static String whyNotConnected() {
        try {
            requireConnectable();
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Loads a library.
     *
     * @param loader does it, given the class that binds it
     * @throws IllegalStateException when it cannot; the message says what to install
     */
    static void load(Part part, Consumer<Class<?>> loader) {
        try {
            loader.accept(part.binding);
        } catch (LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalStateException(
                    part.name + " is missing; " + part.advice + " (" + cause.getMessage() + ")", e);
        }
    }
}
