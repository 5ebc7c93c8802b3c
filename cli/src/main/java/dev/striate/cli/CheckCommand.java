package dev.striate.cli;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.JsonRenderer;
import dev.striate.compiler.diag.SarifRenderer;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.diag.Unread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate check}. */
@Command(
        name = "check",
        description = "Shows everything that is wrong with .cnn files.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate check --format sarif examples/*.cnn > striate.sarif")
final class CheckCommand implements Callable<Integer> {
    /** How diagnostics are shown. */
    enum Format {
        TEXT,
        JSON,
        SARIF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The .cnn files.")
    private List<Path> files = List.of();

    @Option(names = "--format", paramLabel = "F", description = "${COMPLETION-CANDIDATES}; the default is text.")
    private Format format = Format.TEXT;

    @Option(names = Programs.STRICT, description = "Takes warnings for errors.")
    private boolean strict;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Diagnostic> all = new ArrayList<>();
        List<Unread> unread = new ArrayList<>();
        for (Path file : files) {
            try {
                Diagnostics found = Programs.compilation(file).diagnostics();
                all.addAll((strict ? found.strict() : found).sorted());
            } catch (Failure e) {
                console.say(e.sentence());
                unread.add(new Unread(file.toString(), e.sentence()));
            }
        }
        console.out()
                .print(
                        switch (format) {
                            case TEXT -> new TextRenderer(console.fancyOut()).render(all);
                            case JSON -> JsonRenderer.render(all, unread);
                            case SARIF -> SarifRenderer.render(all, unread);
                        });
        console.out().flush();
        console.say(Programs.count(all, Severity.ERROR) + ", " + Programs.count(all, Severity.WARNING)
                + (unread.isEmpty()
                        ? ""
                        : ", " + unread.size() + (unread.size() == 1 ? " file" : " files") + " not read"));
        boolean wrong = !unread.isEmpty() || all.stream().anyMatch(d -> d.severity() == Severity.ERROR);
        return wrong ? Failure.INPUT : 0;
    }
}
