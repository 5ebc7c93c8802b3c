package dev.striate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that measure one thing each: a crash, or what one leaves behind, concerns nobody else. */
final class Child {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How a virtual machine is started that measures. */
    static final List<String> OPTIONS =
            List.of("-Xmx2g", "-Dorg.bytedeco.javacpp.maxbytes=0", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");

    private final List<String> under;
    private final Path root;

    /**
     * Children of this process.
     *
     * @param under a command that runs them, such as {@code taskset -c 0,1}; often empty
     * @param root the checkout
     */
    Child(List<String> under, Path root) {
        this.under = List.copyOf(under);
        this.root = root;
    }

    /** The checkout. */
    Path root() {
        return root;
    }

    /**
     * Runs a class of the bench.
     *
     * @return the JSON of its last line
     * @throws IOException when it fails; the message is its last line
     */
    JsonNode measure(Class<?> main, List<String> arguments) throws IOException {
        return measure(OPTIONS, main, arguments);
    }

    /** The same with options of the virtual machine. */
    JsonNode measure(List<String> options, Class<?> main, List<String> arguments) throws IOException {
        return JSON.readTree(run(java(options, main, arguments)));
    }

    /** The command that runs a class with options of the virtual machine. */
    List<String> java(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** How long a command takes from its start to its end, in milliseconds. */
    double time(List<String> command) throws IOException {
        long start = System.nanoTime();
        run(command);
        return (System.nanoTime() - start) / 1e6;
    }

    private String run(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(under);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        if (command.contains("memory")) { // as a program has it that does not tune glibc
            builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        }
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getLast() + " fails: " + (lines.isEmpty() ? "" : lines.getLast()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return lines.isEmpty() ? "" : lines.getLast();
    }
}
