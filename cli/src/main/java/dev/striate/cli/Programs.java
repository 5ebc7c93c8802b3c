package dev.striate.cli;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import dev.striate.sources.SourceRoots;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code .cnn} files for the commands that go on with the nets. */
final class Programs {
    /** The option that takes warnings for errors. */
    static final String STRICT = "-Werror";

    private Programs() {}

    /** The nets of a file, whatever its warnings. See {@link #compile(Path, boolean, Console)}. */
    static List<CompiledNet> compile(Path file, Console console) {
        return compile(file, false, console);
    }

    /**
     * The nets of a file, at least one. Diagnostics are printed.
     *
     * @param strict whether warnings are errors
     * @throws Failure when the file cannot be read, has errors or declares no net
     */
    static List<CompiledNet> compile(Path file, boolean strict, Console console) {
        Compilation compilation = compilation(file);
        Diagnostics found = strict ? compilation.diagnostics().strict() : compilation.diagnostics();
        List<Diagnostic> diagnostics = found.sorted();
        if (!diagnostics.isEmpty()) {
            console.err().println(new TextRenderer(console.fancyErr()).render(diagnostics));
        }
        if (found.hasErrors()) {
            throw Failure.input(file + " has " + count(diagnostics, Severity.ERROR));
        }
        if (compilation.nets().isEmpty()) {
            throw Failure.input(file + " declares no net; write one: net NAME { ... }");
        }
        return compilation.nets();
    }

    /**
     * What compiling a file gives. It imports from the source root that its package says, and from the class path: the
     * standard library and whatever was added to it.
     *
     * @throws Failure when the file cannot be read
     */
    static Compilation compilation(Path file) {
        SourceFile source = Sources.read(file);
        List<Path> roots = new ArrayList<>(SourceRoots.of(file, source));
        roots.addAll(ClassPath.entries());
        try {
            return Compiler.compile(source, new SourceRoots(Path.of(""), roots));
        } catch (UncheckedIOException e) {
            throw Failure.input(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The net of a name, or all where none is asked for.
     *
     * @throws Failure when there is none of that name
     */
    static List<CompiledNet> select(List<CompiledNet> nets, @Nullable String name) {
        List<CompiledNet> selected =
                nets.stream().filter(n -> name == null || n.name().equals(name)).toList();
        if (selected.isEmpty()) {
            throw Failure.usage("there is no net " + name + "; there are "
                    + String.join(", ", nets.stream().map(CompiledNet::name).toList()));
        }
        return selected;
    }

    /**
     * The net of a name, or the only one where none is asked for.
     *
     * @throws Failure when there is none of that name, or there are several to choose from
     */
    static CompiledNet one(List<CompiledNet> nets, @Nullable String name) {
        List<CompiledNet> selected = select(nets, name);
        if (selected.size() > 1) {
            throw Failure.usage("which net? choose with --net among "
                    + String.join(", ", selected.stream().map(CompiledNet::name).toList()));
        }
        return selected.getFirst();
    }

    /** Such as {@code 1 error} or {@code 2 warnings}. */
    static String count(List<Diagnostic> diagnostics, Severity severity) {
        long n = diagnostics.stream().filter(d -> d.severity() == severity).count();
        return n + " " + severity.word() + (n == 1 ? "" : "s");
    }
}
