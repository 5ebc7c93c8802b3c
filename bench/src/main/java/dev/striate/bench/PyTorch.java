package dev.striate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** A process of Python that does training steps when it is told to: {@code bench/src/gpu/peer.py}. */
final class PyTorch implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private final String version;

    /**
     * Starts it, and waits until it is warm.
     *
     * @throws IOException when Python, PyTorch or the device is missing; its own words are on the standard error
     */
    PyTorch(String script, String net, int batch, String precision, String mode) throws IOException {
        process = new ProcessBuilder(List.of("python3", script, net, String.valueOf(batch), precision, mode))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter();
        answers = process.inputReader();
        version = answer();
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
