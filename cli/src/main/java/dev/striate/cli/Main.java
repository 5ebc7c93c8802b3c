package dev.striate.cli;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.MissingLibraryException;
import dev.striate.runtime.backend.WeightsMismatchException;
import dev.striate.runtime.io.DataException;
import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
            return commandLine(console)
                    .setExecutionExceptionHandler((e, _, _) -> explain(e, console, args))
                    .execute(args);
        } catch (Throwable e) {
            return explain(e, console, args);
        }
    }

    private static CommandLine commandLine(Console console) {
        CommandLine completion = new CommandLine(new GenerateCompletion());
        completion
                .getCommandSpec()
                .usageMessage()
                .footerHeading("%nExample:%n")
                .footer("  source <(striate generate-completion)");
        CommandLine line = new CommandLine(new Main(console))
                .addSubcommand(new TrainCommand(console))
                .addSubcommand(new EvalCommand(console))
                .addSubcommand(new PredictCommand(console))
                .addSubcommand(new FeaturesCommand(console))
                .addSubcommand(new NearestCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new FormatCommand(console))
                .addSubcommand(new CompileCommand(console))
                .addSubcommand(new SummaryCommand(console))
                .addSubcommand(new GraphCommand(console))
                .addSubcommand(new ModelsCommand(console))
                .addSubcommand(new ProfileCommand(console))
                .addSubcommand(new GradcheckCommand(console))
                .addSubcommand(new ExportCommand(console))
                .addSubcommand(new DataCommand(console))
                .addSubcommand(new DoctorCommand(console))
                .addSubcommand(completion);
        return line.setOut(console.out())
                .setErr(console.err())
                .setColorScheme(Help.defaultColorScheme(console.fancyErr() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, _) -> wrongUsage(e, console));
    }

    /** One sentence: the whole usage would hide it. */
    private static int wrongUsage(ParameterException problem, Console console) {
        CommandLine command = problem.getCommandLine();
        StringBuilder sentence = new StringBuilder(String.valueOf(problem.getMessage()));
        if (problem instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                sentence.append("; did you mean ")
                        .append(String.join(" or ", near))
                        .append('?');
            }
        }
        sentence.append("; see ")
                .append(command.getCommandSpec().qualifiedName())
                .append(" --help");
        return say(sentence.toString().replace("?; see", "? See"), Failure.USAGE, console);
    }

    /** Tells the user what happened; what is nobody else's fault is a bug of ours. Returns the exit status. */
    static int explain(Throwable problem, Console console, String... args) {
        return switch (problem) {
            case Failure e -> say(e.sentence(), e.status(), console);
            case DataException e ->
                say(String.valueOf(e.getMessage()), Failure.isOfMemory(e) ? Failure.MACHINE : Failure.INPUT, console);
            case WeightsMismatchException e -> say(String.valueOf(e.getMessage()), Failure.INPUT, console);
            case MissingLibraryException e ->
                say(e.getMessage() + "; --backend reference does without", Failure.MACHINE, console);
            case DeviceException e -> say("the device failed: " + e.getMessage(), Failure.MACHINE, console);
            case IllegalArgumentException e
            when Failure.isOfMemory(e) -> say(String.valueOf(e.getMessage()), Failure.MACHINE, console);
            case OutOfMemoryError e -> say("there is not enough memory: " + e.getMessage(), Failure.MACHINE, console);
            default -> {
                BugReport.write(problem, List.of(args), console);
                yield Failure.BUG;
            }
        };
    }

    private static int say(String sentence, int status, Console console) {
        console.say(sentence);
        return status;
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
