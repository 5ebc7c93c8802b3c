package dev.striate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code striate} command. */
@Command(
        name = "striate",
        description = "Compiles convolutional networks to Java, and trains and runs them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {
    private Main() {}

    /**
     * Runs the command and exits with its status.
     *
     * @param args as typed
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    /** Without a subcommand: the usage. */
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** The version that the build wrote into the manifest of this jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"striate " + Main.class.getPackage().getImplementationVersion()};
        }
    }
}
