package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate compile}. */
@Command(
        name = "compile",
        description = "Writes the Java of every net; nothing when a file has errors.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate compile examples/digits.cnn -d src/main/java")
final class CompileCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The .cnn files.")
    private List<Path> files = List.of();

    @Option(names = "-d", paramLabel = "DIR", required = true, description = "The root of the packages' folders.")
    private Path folder = Path.of("");

    @Option(names = Programs.STRICT, description = "Takes warnings for errors.")
    private boolean strict;

    CompileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<CompiledNet> nets = new ArrayList<>();
        for (Path file : files) {
            nets.addAll(Programs.compile(file, strict, console));
        }
        Set<String> paths = new HashSet<>();
        for (CompiledNet net : nets) {
            if (!paths.add(net.javaPath())) {
                throw Failure.input("two nets are called " + net.qualifiedName() + " and would both be written to "
                        + net.javaPath() + "; give their files different packages");
            }
        }
        for (CompiledNet net : nets) {
            console.out().println(OutputFolder.writeJava(net, folder));
        }
        return 0;
    }
}
