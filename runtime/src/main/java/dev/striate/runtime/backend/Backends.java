package dev.striate.runtime.backend;

import dev.striate.runtime.backend.cpu.CpuBackend;
import dev.striate.runtime.backend.reference.ReferenceBackend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The backends that there are, and the choice among them. */
public final class Backends {
    private static final Backend REFERENCE = new ReferenceBackend();

    /** By number of threads, so that asking twice does not start more of them. */
    private static final Map<Integer, Backend> CPU = new ConcurrentHashMap<>();

    private Backends() {}

    /**
     * The fastest backend of this machine. What was chosen, and why, is logged once, to the logger {@code
     * dev.striate.runtime}.
     */
    public static Backend best() {
        return Best.BACKEND;
    }

    /** The choice, made when somebody asks first. */
    private static final class Best {
        static final Backend BACKEND = choose();

        private static Backend choose() {
            Logger logger = System.getLogger("dev.striate.runtime");
            try {
                Backend cpu = cpu();
                logger.log(Level.INFO, "backend cpu"); // its description would load a library that may not be needed
                return cpu;
            } catch (IllegalStateException e) {
                logger.log(Level.WARNING, "backend reference, which is slow: " + e.getMessage());
                return REFERENCE;
            }
        }
    }

    /**
     * The backend that runs on OpenBLAS, with as many threads as there are processors.
     *
     * @throws IllegalStateException when it cannot run here; the message says why
     */
    public static Backend cpu() {
        return cpu(Runtime.getRuntime().availableProcessors());
    }

    /**
     * The backend that runs on OpenBLAS. Results do not depend on the number of threads.
     *
     * @param threads how many threads compute, the calling one included; at least 1
     * @throws IllegalStateException when it cannot run here; the message says why
     */
    public static Backend cpu(int threads) {
        return CPU.computeIfAbsent(threads, CpuBackend::create);
    }

    /** Obvious loops in one thread: what the other backends are compared with. */
    public static Backend reference() {
        return REFERENCE;
    }

    /**
     * A backend by its name: {@code best}, {@code cpu} or {@code reference}.
     *
     * @throws IllegalArgumentException when there is none of this name
     * @throws IllegalStateException when it cannot run here; the message says why
     */
    public static Backend byName(String name) {
        return switch (name) {
            case "best" -> best();
            case "cpu" -> cpu();
            case "reference" -> reference();
            case "cuda" -> throw new IllegalStateException("this version has no backend for CUDA");
            default ->
                throw new IllegalArgumentException(
                        "there is no backend " + name + "; there are best, cpu and reference");
        };
    }

    /** One line for each backend: its name, and what it is on this machine or why it cannot run here. */
    public static List<String> describe() {
        String cpu;
        try {
            cpu = cpu().description();
        } catch (IllegalStateException e) {
            cpu = "not available: " + e.getMessage();
        }
        return List.of("cpu: " + cpu, "reference: " + REFERENCE.description());
    }
}
