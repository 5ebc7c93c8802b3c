package dev.striate.cli;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.format.Formatter;
import dev.striate.compiler.source.SourceFile;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.OutputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate format}. */
@Command(
        name = "format",
        description = "Rewrites .cnn files in the one layout, and names those that changed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate format --check examples/*.cnn")
final class FormatCommand implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");

    private final Console console;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "The .cnn files; - reads standard input and writes standard output.")
    private List<Path> files = List.of();

    @Option(names = "--check", description = "Writes nothing; names the files that would change, and exits with 1.")
    private boolean check;

    FormatCommand(Console console) {
        this.console = console;
    }

    /** Formats what can be; what cannot be read or written does not keep the others from it. */
    @Override
    public Integer call() throws IOException {
        int status = 0;
        for (Path file : files) {
            try {
                SourceFile source = file.equals(STANDARD_INPUT) ? Sources.readStandardInput() : Sources.read(file);
                status = Math.max(status, format(file, source));
            } catch (Failure e) {
                console.say(e.sentence());
                status = Math.max(status, e.status());
            } catch (DataException e) {
                console.say(String.valueOf(e.getMessage()));
                status = Failure.INPUT;
            }
        }
        return status;
    }

    private int format(Path file, SourceFile source) throws DataException {
        Diagnostics diagnostics = new Diagnostics();
        Optional<String> formatted = Formatter.format(source, diagnostics);
        if (formatted.isEmpty()) {
            List<Diagnostic> errors = diagnostics.sorted().stream()
                    .filter(d -> d.severity() == Severity.ERROR)
                    .toList();
            console.err().print(new TextRenderer(console.fancyErr()).render(errors));
            console.say(source.name() + " has " + Programs.count(errors, Severity.ERROR) + " and was left as it is");
            return Failure.INPUT;
        }
        String text = formatted.get();
        boolean isChanged = !text.equals(source.text());
        if (file.equals(STANDARD_INPUT) && !check) {
            console.out().print(text);
            console.out().flush();
        } else if (isChanged) {
            if (!check) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                OutputFile.replace(file, out -> out.write(MemorySegment.ofArray(bytes)));
            }
            console.out().println(source.name());
        }
        return isChanged && check ? Failure.INPUT : 0;
    }
}
