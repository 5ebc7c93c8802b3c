package dev.striate.cli;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Tuner;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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

    /**
     * The backend on several GPUs.
     *
     * @param devices how many of them, {@code 2}, or which ones, {@code 0,2} or {@code 1,}
     * @throws Failure when it is not written so, another backend was asked for, or they cannot be used here
     */
    Backend open(String devices) {
        List<Integer> numbers = numbers(devices);
        if (!backend.equals("cuda") && !backend.equals("best")) {
            throw Failure.usage("--devices is for the backend cuda, not for " + backend);
        }
        try {
            return Backends.cuda(numbers);
        } catch (IllegalStateException e) {
            throw Failure.machine(e.getMessage() + "; without --devices it trains on one device, or on the processor");
        }
    }

    private static List<Integer> numbers(String devices) {
        if (!devices.matches("[0-9]{1,3}(,[0-9]{1,3})*,?") || devices.matches("0+")) {
            throw Failure.usage(
                    "--devices takes how many GPUs there are to be, such as 2, or their numbers, such as 0,2; not "
                            + devices);
        }
        if (!devices.contains(",")) {
            return IntStream.range(0, Integer.parseInt(devices)).boxed().toList();
        }
        List<Integer> numbers =
                Arrays.stream(devices.split(",")).map(Integer::valueOf).toList();
        if (numbers.stream().distinct().count() < numbers.size()) {
            throw Failure.usage("--devices " + devices + " names a GPU twice");
        }
        return numbers;
    }

    /** How many threads compute on a backend that was opened. */
    int threads(Backend backend) {
        if (backend.equals(Backends.reference())) {
            return 1;
        }
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private Backend best(Console console) {
        if (threads == null) { // else it is the processor that is asked for
            if (Backends.whyNoCuda().isEmpty()) {
                return Backends.cuda();
            }
            Backends.logWhyNoCuda();
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
