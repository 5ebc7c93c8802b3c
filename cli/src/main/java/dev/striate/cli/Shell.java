package dev.striate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs. */
@FunctionalInterface
interface Shell {
    /**
     * Runs a program to its end.
     *
     * @param command the program and its arguments
     * @param folder where it works
     * @throws Failure when it is not installed, fails or takes too long: the machine lacks something
     */
    void run(List<String> command, Path folder);

    /**
     * A shell that stops a program and what it started after a time. Programs get no input, and their output is kept for
     * the message of a failure.
     */
    static Shell within(Duration limit) {
        return (command, folder) -> {
            String program = command.get(0);
            try {
                Path log = Files.createTempFile("striate-", ".log");
                try {
                    finish(start(command, folder, log), limit, program, log);
                } finally {
                    Files.deleteIfExists(log);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static Process start(List<String> command, Path folder, Path log) throws IOException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            return process;
        } catch (IOException _) {
            throw Failure.machine(command.get(0) + " is not installed");
        }
    }

    private static void finish(Process process, Duration limit, String program, Path log) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Failure.machine(program + " was not done after " + limit.toSeconds() + " seconds");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw Failure.machine(program + " was interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw Failure.machine(
                    program + " failed with status " + process.exitValue() + " and said: " + lastLine(log));
        }
    }

    private static String lastLine(Path log) throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((_, last) -> last)
                .orElse("nothing");
    }
}
