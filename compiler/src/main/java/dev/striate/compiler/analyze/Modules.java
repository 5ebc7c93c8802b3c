package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.FileNames.Target;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds what {@code import} names, in the files of a library. Each file is read once. */
final class Modules {
    private final Library library;
    private final Diagnostics diagnostics;
    private final Map<String, List<Ast.File>> packages = new HashMap<>();
    private final Map<String, FileNames> files = new HashMap<>();
    private final List<Ast.Import> open = new ArrayList<>();
    private final List<String> openFiles = new ArrayList<>();

    Modules(Library library, Diagnostics diagnostics) {
        this.library = library;
        this.diagnostics = diagnostics;
    }

    /** What the names of {@code file} mean, imports included. Reports imports that name nothing, or several things. */
    FileNames names(Ast.File file) {
        FileNames known = files.get(file.source().name());
        if (known != null) {
            return known;
        }
        FileNames names = FileNames.of(file);
        files.put(file.source().name(), names);
        openFiles.add(file.source().name());
        for (Ast.Import i : file.imports()) {
            open.add(i);
            i.names().forEach(name -> resolve(i, name, names));
            open.removeLast();
        }
        openFiles.removeLast();
        return names;
    }

    private void resolve(Ast.Import i, Ast.Name name, FileNames into) {
        String packageName = path(i.path());
        List<Ast.File> candidates = files(packageName).stream()
                .filter(f -> declares(f, name.text()))
                .toList();
        if (candidates.size() != 1) {
            into.addUnknown(name.text());
            notFound(packageName, i, name, candidates);
            return;
        }
        Ast.File file = candidates.getFirst();
        if (openFiles.contains(file.source().name())) {
            into.addUnknown(name.text());
            cycle(file, name.span());
            return;
        }
        Target target = names(file).find(name.text());
        if (target != null && !into.add(name.text(), target)) {
            Target other = into.find(name.text());
            error(Diagnostic.error(Code.AMBIGUOUS_IMPORT, name.span(), "`" + name.text() + "` has two meanings here")
                    .related(other == null ? name.span() : other.name().span(), "declared here, too")
                    .fix("rename the declaration, or leave the import out"));
        }
    }

    private void notFound(String packageName, Ast.Import i, Ast.Name name, List<Ast.File> candidates) {
        if (candidates.size() > 1) {
            error(Diagnostic.error(
                            Code.AMBIGUOUS_IMPORT,
                            name.span(),
                            "`" + name.text() + "` is declared in several files of the package `" + packageName + "`: "
                                    + candidates.stream()
                                            .map(f -> f.source().name())
                                            .collect(Collectors.joining(", ")))
                    .fix("keep one of the declarations, or rename the others"));
            return;
        }
        List<Ast.File> all = files(packageName);
        if (all.isEmpty()) {
            if (i.path().isEmpty()) {
                error(Diagnostic.error(
                                Code.UNKNOWN_IMPORT, i.span(), "an import names a package and what it takes from there")
                        .fix("write `import striate.models.resnet.{ResNet18}`"));
                return;
            }
            Span span = i.path().getFirst().span().to(i.path().getLast().span());
            error(Diagnostic.error(Code.UNKNOWN_IMPORT, span, "there is no package `" + packageName + "`")
                    .fix(Log.didYouMean(packageName, "packages", library.packages())));
        } else if (all.stream().allMatch(Ast.File::complete)) {
            Set<String> names = new TreeSet<>();
            all.forEach(f -> names.addAll(FileNames.of(f).names()));
            error(Diagnostic.error(
                            Code.UNKNOWN_IMPORT,
                            name.span(),
                            "the package `" + packageName + "` has no block or net `" + name.text() + "`")
                    .fix(Log.didYouMean(name.text(), "blocks and nets of `" + packageName + "`", names)));
        }
    }

    private void cycle(Ast.File file, Span span) {
        List<String> way = new ArrayList<>(
                openFiles.subList(openFiles.indexOf(file.source().name()), openFiles.size()));
        way.add(file.source().name());
        Diagnostic.Builder error = Diagnostic.error(
                Code.CYCLIC_IMPORT, span, "these files import one another: " + String.join(" -> ", way));
        open.subList(0, open.size() - 1).forEach(i -> error.related(i.span(), "imported here"));
        error(error.fix("move what both need into a file of its own"));
    }

    private void error(Diagnostic.Builder error) {
        diagnostics.add(error);
    }

    private List<Ast.File> files(String packageName) {
        List<Ast.File> known = packages.get(packageName);
        if (known == null) {
            List<Ast.File> parsed = new ArrayList<>();
            for (SourceFile source : library.files(packageName)) {
                Ast.File file = CnnParser.parse(source, diagnostics);
                if (file.pkg() != null && path(file.pkg().path()).equals(packageName)) {
                    parsed.add(file);
                }
            }
            known = List.copyOf(parsed);
            packages.put(packageName, known);
        }
        return known;
    }

    private static boolean declares(Ast.File file, String name) {
        return FileNames.of(file).find(name) != null;
    }

    /** {@code a.b} of {@code [a, b]}. */
    static String path(List<Ast.Name> path) {
        return path.stream().map(Ast.Name::text).collect(Collectors.joining("."));
    }
}
