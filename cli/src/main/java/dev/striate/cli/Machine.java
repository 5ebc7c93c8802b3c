package dev.striate.cli;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Tuner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say on what a net runs. */
final class Machine {
    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--backend",
            paramLabel = "B",
            description = "best, cpu, cuda or reference; the default is the fastest that runs here.")
    private String backend = "best";

    @Option(names = "--threads", paramLabel = "T", description = "Threads of the cpu backend (default: all cores).")
    private @Nullable Integer threads;

    @Option(
            names = "--tune",
            description =
                    "Measures which kernel of the cpu backend, and which algorithm of the cuda backend's libraries, is the"
                            + " fastest for each convolution and product, once for a machine, a number of threads and a"
                            + " size, and keeps what came out in the user's cache.")
    private boolean tune;

    /**
     * The backend.
     *
     * @throws Failure when there is none of the name, or it cannot run here
     */
    Backend open(Console console) {
        if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
            throw Failure.usage("--threads takes a number from 1 to " + MOST_THREADS + ", not " + threads);
        }
        if (tune) {
            System.setProperty(Tuner.PROPERTY, "true");
        }
        try {
            return switch (backend) {
                case "cpu" -> cpu();
                case "best" -> best(console);
                default -> Backends.byName(backend);
            };
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            throw Failure.machine(e.getMessage() + "; --backend best takes the fastest that runs here");
        }
    }

    /** How many threads compute on a backend that was opened. */
    int threads(Backend backend) {
        if (backend.equals(Backends.reference())) {
            return 1;
        }
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private Backend best(Console console) {
        if (threads == null && Backends.whyNoCuda().isEmpty()) {
            return Backends.cuda();
        }
        try {
            return cpu();
        } catch (IllegalStateException e) {
            console.say("using the reference backend, which is slow: " + e.getMessage());
            return Backends.reference();
        }
    }

    private Backend cpu() {
        return threads == null ? Backends.cpu() : Backends.cpu(threads);
    }
}
