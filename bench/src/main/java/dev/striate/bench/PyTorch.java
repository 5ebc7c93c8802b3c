package dev.striate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process of Python that does training steps when it is told to: {@code bench/src/gpu/peer.py}. */
final class PyTorch implements AutoCloseable {
    /** The status that the script ends with where PyTorch is not installed. */
    private static final int NOT_INSTALLED = 4;

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final String version;
    private final double[] losses;

    /**
     * Starts it, and waits until it is warm.
     *
     * @param weights a file with the weights of ours in the order of the net, then the input, then the classes
     * @return null where Python or PyTorch is not installed
     * @throws IOException when it ends, because the device is missing, say; its own words are on the standard error
     */
    static @Nullable PyTorch start(String script, String net, String precision, String mode, Path weights)
            throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(List.of("python3", script, net, precision, mode, weights.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return null; // there is no Python
        }
        BufferedReader answers = process.inputReader();
        String version = answers.readLine();
        if (version == null && status(process) == NOT_INSTALLED) {
            return null;
        }
        return new PyTorch(process, answers, version);
    }

    private static int status(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private PyTorch(Process process, BufferedReader answers, @Nullable String version) throws IOException {
        this.process = process;
        this.answers = answers;
        this.commands = process.outputWriter();
        this.version = there(version);
        losses = Stream.of(answer().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private String answer() throws IOException {
        return there(answers.readLine());
    }

    private static String there(@Nullable String line) throws IOException {
        if (line == null) {
            throw new IOException("PyTorch ended; see the messages above");
        }
        return line;
    }

    /** What it is, in words. */
    String version() {
        return version;
    }

    /** The losses of its first steps. */
    double[] losses() {
        return losses.clone();
    }

    /** Milliseconds of a step. */
    double time(int steps) throws IOException {
        commands.write(steps + "\n");
        commands.flush();
        return Double.parseDouble(answer());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
