package dev.striate.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bench/run kernels}: JMH on single kernels. */
@Command(
        name = "kernels",
        description = "Measures single kernels by JMH, whose arguments it takes.",
        footerHeading = "%nExample:%n",
        footer = "  bench/run kernels Convolution -p direction=forward -p batch=1,16")
final class KernelsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", description = "What JMH takes, such as a part of a benchmark's name, or -h.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
