package dev.striate.cli;

import dev.striate.runtime.backend.WeightsMismatchException;
import dev.striate.runtime.io.DataException;
import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/**
 * The {@code striate} command. Exit status: 0 done; 1 the input is wrong; 2 wrong usage; 3 the machine lacks something;
 * 70 a bug of Striate.
 */
@Command(
        name = "striate",
        description = "Compiles convolutional networks to Java, and trains and runs them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExample:%n",
        footer = "  striate train examples/digits.cnn")
public final class Main implements Runnable {
    private final Console console;

    private Main(Console console) {
        this.console = console;
    }

    /**
     * Runs the command and exits with its status.
     *
     * @param args as typed
     */
    public static void main(String[] args) {
        System.exit(run(Console.system(), args));
    }

    /** Runs a command; never throws. Returns the exit status. */
    static int run(Console console, String... args) {
        try {
            return commandLine(console).execute(args);
        } catch (OutOfMemoryError e) {
            console.say("there is not enough memory (" + e.getMessage() + "); make the batch smaller");
            return Failure.MACHINE;
        } catch (Throwable e) {
            BugReport.write(e, List.of(args), console);
            return Failure.BUG;
        }
    }

    private static CommandLine commandLine(Console console) {
        CommandLine line = new CommandLine(new Main(console))
                .addSubcommand(new TrainCommand(console))
                .addSubcommand(new EvalCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new CompileCommand(console))
                .addSubcommand(new SummaryCommand(console))
                .addSubcommand(new GradcheckCommand(console))
                .addSubcommand(new DoctorCommand(console))
                .addSubcommand(new GenerateCompletion());
        return line.setOut(console.out())
                .setErr(console.err())
                .setColorScheme(Help.defaultColorScheme(console.fancyErr() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, _, _) -> explain(e, console));
    }

    /** Tells the user about what is not Striate's fault, and throws the rest on. */
    private static int explain(Exception problem, Console console) throws Exception {
        return switch (problem) {
            case Failure e -> {
                console.say(e.sentence());
                yield e.status();
            }
            case DataException _, WeightsMismatchException _ -> {
                console.say(String.valueOf(problem.getMessage()));
                yield Failure.INPUT;
            }
            default -> throw problem;
        };
    }

    /** Without a subcommand: the usage. */
    @Override
    public void run() {
        commandLine(console).usage(console.out());
    }

    /** The version that the build wrote into the manifest of this jar. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }

    /** Shows the version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"striate " + version()};
        }
    }
}
