package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
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

    /** The first compute capability that NVRTC 13 compiles for. */
    private static final int LEAST_CAPABILITY = 75;

    private Machine() {}

    /**
     * Opens a device and all libraries.
     *
     * @param number which one, from 0
     * @param deterministic whether only algorithms are taken that give the same bits every time
     * @throws IllegalStateException when a part is missing or too old; the message names it and says what to do
     * @throws OutOfMemoryError when the device has not even the memory for its libraries
     */
    public static Cuda open(int number, boolean deterministic) {
        if (!DriverLibrary.isThere()) {
            throw new NoGpuException("the driver is missing; install NVIDIA's, for CUDA 13 or later");
        }
        for (Part part : PARTS) {
            load(part, Loader::load);
        }
        requireNew(NativeDriver.version());
        NativeDriver driver;
        try {
            driver = new NativeDriver(number);
        } catch (DeviceException e) {
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

    /**
     * Refuses devices that are too old for the compiler.
     *
     * @param capability the compute capability, such as 61 for 6.1
     * @throws IllegalStateException for one; the message says what to do
     */
    static void requireCapable(int capability) {
        if (capability < LEAST_CAPABILITY) {
            throw new IllegalStateException(
                    "the GPU has compute capability %d.%d, and CUDA 13 is for 7.5 or more; use a newer one, which"
                                    .formatted(capability / 10, capability % 10)
                            + " CUDA_VISIBLE_DEVICES can name where there are several");
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
            String what = isBound(part)
                    ? part.name + " is missing; " + part.advice
                    : "the native part of the bindings is missing; add org.bytedeco:cuda with the classifier "
                            + Loader.getPlatform();
            throw new IllegalStateException(what + " (" + cause.getMessage() + ")", e);
        }
    }

    /** Whether the jar with the native part of a binding is there, which comes beside that with its classes. */
    private static boolean isBound(Part part) {
        String file = System.mapLibraryName("jni" + part.binding.getSimpleName());
        return part.binding.getResource("/org/bytedeco/cuda/" + Loader.getPlatform() + "/" + file) != null;
    }
}
