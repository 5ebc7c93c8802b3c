package dev.striate.runtime.backend;

import dev.striate.runtime.backend.cpu.CpuBackend;
import dev.striate.runtime.backend.reference.ReferenceBackend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;

/** The backends that there are, and the choice among them. */
public final class Backends {
    private static final String ABSENT = "striate-runtime-cuda is not on the class path";

    private static final Backend REFERENCE = new ReferenceBackend();

    /** By number of threads, so that asking twice does not start more of them. */
    private static final Map<Integer, Backend> CPU = new ConcurrentHashMap<>();

    /** The backend for NVIDIA GPUs, where its module is on the class path. */
    private static final Optional<BackendProvider> CUDA =
            ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.name().equals("cuda"))
                    .findFirst();

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
            if (CUDA.isPresent()) {
                BackendProvider cuda = CUDA.get();
                String why = cuda.whyNot();
                if (why.isEmpty()) {
                    logger.log(Level.INFO, "backend cuda: " + cuda.backend().description());
                    return cuda.backend();
                }
                logger.log(Level.INFO, "no backend cuda: " + why);
            }
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

    /**
     * The backend that runs on an NVIDIA GPU.
     *
     * @throws IllegalStateException when it cannot run here; the message says which part is missing
     */
    public static Backend cuda() {
        String why = whyNoCuda();
        if (!why.isEmpty()) {
            throw new IllegalStateException("the backend cuda cannot run here: " + why);
        }
        return CUDA.orElseThrow().backend();
    }

    /**
     * The backend that runs on NVIDIA GPUs, several of which share the batches of training runs.
     *
     * @param devices their numbers, from 0, all different; at least one
     * @throws IllegalStateException when it cannot run here on all of them; the message says which part is missing
     */
    public static Backend cuda(List<Integer> devices) {
        cuda();
        return CUDA.orElseThrow().backend(devices);
    }

    /** Why no backend runs on a GPU here, in a few words; empty when {@link #cuda} does. */
    public static String whyNoCuda() {
        return CUDA.map(BackendProvider::whyNot).orElse(ABSENT);
    }

    /**
     * Logs why no backend runs on a GPU here, to the logger {@code dev.striate.runtime}, for who chooses another one instead: at the
     * level INFO where the machine seems to have a GPU, else at DEBUG, as nobody misses it.
     */
    public static void logWhyNoCuda() {
        logWhyNot(CUDA);
    }

    static void logWhyNot(Optional<BackendProvider> provider) {
        String why = provider.map(BackendProvider::whyNot).orElse(ABSENT);
        boolean expected = provider.map(BackendProvider::isExpected).orElse(false);
        if (!why.isEmpty()) {
            System.getLogger("dev.striate.runtime").log(expected ? Level.INFO : Level.DEBUG, "no backend cuda: " + why);
        }
    }

    /** Obvious loops in one thread: what the other backends are compared with. */
    public static Backend reference() {
        return REFERENCE;
    }

    /**
     * A backend by its name: {@code best}, {@code cpu}, {@code cuda} or {@code reference}.
     *
     * @throws IllegalArgumentException when there is none of this name
     * @throws IllegalStateException when it cannot run here; the message says why
     */
    public static Backend byName(String name) {
        return switch (name) {
            case "best" -> best();
            case "cpu" -> cpu();
            case "reference" -> reference();
            case "cuda" -> cuda();
            default ->
                throw new IllegalArgumentException(
                        "there is no backend " + name + "; there are best, cpu, cuda and reference");
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
        String why = whyNoCuda();
        String more = why.isEmpty() ? CUDA.orElseThrow().devices() : "";
        String cuda =
                why.isEmpty() ? cuda().description() + (more.isEmpty() ? "" : "; " + more) : "not available: " + why;
        return List.of("cpu: " + cpu, "cuda: " + cuda, "reference: " + REFERENCE.description());
    }
}
