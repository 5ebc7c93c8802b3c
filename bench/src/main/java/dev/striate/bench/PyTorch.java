package dev.striate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process of Python that does training steps when it is told to: {@code bench/src/gpu/peer.py}. */
final class PyTorch implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final String version;
    private final double[] losses;

    /**
     * Starts it, and waits until it is warm.
     *
     * @param weights a file with the weights of ours in the order of the net, then the input, then the classes
     * @throws IOException when Python, PyTorch or the device is missing; its own words are on the standard error
     */
    PyTorch(String script, String net, String precision, String mode, Path weights) throws IOException {
        process = new ProcessBuilder(List.of("python3", script, net, precision, mode, weights.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter();
        answers = process.inputReader();
        version = answer();
        losses = Stream.of(answer().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
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
