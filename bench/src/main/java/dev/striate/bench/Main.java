package dev.striate.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench/run}. */
@Command(
        name = "bench/run",
        description = "Measures a net side by side with libtorch and ONNX Runtime.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  bench/run ResNet18 --batch 16")
public final class Main implements Callable<Integer> {
    /** The median of fewer is no measurement. */
    private static final int LEAST_ROUNDS = 15;

    @Parameters(arity = "0..1", paramLabel = "NET", description = "A net of the library, or a .cnn file with one net.")
    private String net = "";

    @Option(names = "--mode", paramLabel = "M", description = "infer or train (default: infer).")
    private String mode = "infer";

    @Option(names = "--batch", paramLabel = "N", description = "The samples of one run (default: 1).")
    private int batch = 1;

    @Option(names = "--threads", paramLabel = "T", description = "Threads of everybody (default: 2).")
    private int threads = 2;

    @Option(
            names = "--peers",
            paramLabel = "P",
            split = ",",
            description = "Whom to compare with: libtorch,onnxruntime (default: both); none for ours alone.")
    private List<String> peers = List.of("libtorch", "onnxruntime");

    @Option(
            names = "--rounds",
            paramLabel = "R",
            description = "How many rounds give a median, 15 or more (default: 15).")
    private int rounds = LEAST_ROUNDS;

    @Option(names = "--json", description = "One JSON object instead of a table.")
    private boolean json;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Main() {}

    /** Measures, and ends the process with 0, or 1 where the net is wrong, or 2 where the arguments are. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with its subcommands. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(new TableCommand());
        line.addSubcommand(new CommandLine(new KernelsCommand()).setUnmatchedOptionsArePositionalParams(true));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof IllegalArgumentException || e instanceof IOException) {
                command.getErr().println("bench: " + e.getMessage());
                return 1;
            }
            throw e;
        });
        return line;
    }

    @Override
    public Integer call() throws IOException {
        if (net.isEmpty()) {
            throw new IllegalArgumentException("which net? bench/run --help shows how");
        }
        if (!mode.equals("infer") && !mode.equals("train")) {
            throw new IllegalArgumentException("--mode takes infer or train, not " + mode);
        }
        if (rounds < LEAST_ROUNDS) {
            throw new IllegalArgumentException(
                    "--rounds takes " + LEAST_ROUNDS + " or more, not " + rounds + ": fewer give no median to rely on");
        }
        try (Bench bench = new Bench(Subject.of(net, batch), mode.equals("train"), threads)) {
            for (String peer : peers) {
                if (!peer.equals("none")) {
                    bench.add(peer);
                }
            }
            Measurement measured = bench.run(rounds);
            out.println(json ? new ObjectMapper().writeValueAsString(measured.json()) : measured.text());
        }
        return 0;
    }
}
