package dev.striate.cli;

import dev.striate.runtime.backend.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import picocli.CommandLine.Command;

/** {@code striate doctor}. */
@Command(
        name = "doctor",
        description = "What this machine has, and which backends run on it.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate doctor")
final class DoctorCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Runtime runtime = Runtime.getRuntime();
        boolean compiler = ToolProvider.getSystemJavaCompiler() != null;
        row("striate", Main.version());
        row(
                "java",
                System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
                        + System.getProperty("java.home")
                        + (compiler ? "" : "; it has no compiler: install a JDK to train"));
        row(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch") + ", " + runtime.availableProcessors() + " processors");
        row("memory", runtime.maxMemory() / MIB + " MiB for the Java heap");
        List<String> backends = Backends.describe();
        backends.forEach(b -> row("backend", b));
        row("natives", natives());
        boolean fast = backends.stream().noneMatch(b -> b.startsWith("cpu: not available"));
        return compiler && fast ? 0 : Failure.MACHINE;
    }

    private void row(String name, String text) {
        console.out().printf("%-8s  %s%n", name, text);
    }

    /** Where JavaCPP unpacks the native libraries. */
    private static String natives() {
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        return "unpacked in "
                + (cache == null ? Path.of(System.getProperty("user.home", ""), ".javacpp", "cache") : Path.of(cache));
    }
}
