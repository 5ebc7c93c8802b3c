package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What names mean in a net or block, or in a part of it with names of its own; and the defaults in force there. */
final class Scope {
    private final @Nullable Scope outer;
    private final FileNames file;
    private final Log log;
    private final Map<String, Entry> names = new LinkedHashMap<>();
    private final Map<String, Map<String, Given>> defaults = new HashMap<>();

    private Scope(@Nullable Scope outer, FileNames file, Log log) {
        this.outer = outer;
        this.file = file;
        this.log = log;
    }

    /** An argument, with the place where it was written. */
    record Given(Ast.Arg arg, Frame frame) {}

    /** A scope without names, for arithmetic beside any net. */
    static Scope of(Log log) {
        return new Scope(null, FileNames.NONE, log);
    }

    /** The scope of a net or block of {@code file}. */
    static Scope of(FileNames file, Log log) {
        return new Scope(null, file, log);
    }

    /** A scope within this one. */
    Scope within() {
        return new Scope(this, file, log);
    }

    /** The file that it stands in. */
    FileNames file() {
        return file;
    }

    // ---- names

    /** What {@code name} means here, or null. */
    @Nullable
    Entry find(String name) {
        Entry own = names.get(name);
        return own != null || outer == null ? own : outer.find(name);
    }

    /** What {@code name} means in this scope alone, or null. */
    @Nullable
    Entry own(String name) {
        return names.get(name);
    }

    /** What {@code a} or {@code a.b.c} means here, where each member is a label within what stands before it; or null. */
    @Nullable
    Entry resolve(Ast.Expr expr) {
        return switch (expr) {
            case Ast.Ref r -> find(r.name().text());
            case Ast.Member m -> {
                Entry target = resolve(m.target());
                yield target instanceof Entry.Computed c && c.inner() != null
                        ? c.inner().own(m.member().text())
                        : null;
            }
            default -> null;
        };
    }

    /** The names of this scope alone. */
    Set<String> ownNames() {
        return names.keySet();
    }

    /** Declares a name, once in a scope. */
    void declare(Ast.Name name, Entry entry) {
        Entry before = names.putIfAbsent(name.text(), entry);
        if (before != null) {
            names.put(name.text(), new Entry.Computed(Value.unknown(), null, before.declared())); // which one is meant?
            log.add(Diagnostic.error(Code.DUPLICATE_NAME, name.span(), "`" + name.text() + "` is declared twice")
                    .related(before.declared(), "declared here first")
                    .fix("choose another name for one of them"));
        }
    }

    /** The names of parameters. */
    List<String> constants() {
        return names(Entry.Constant.class::isInstance);
    }

    /** The names of values, inputs and labels. */
    List<String> values() {
        return names(Entry.Computed.class::isInstance);
    }

    private List<String> names(Predicate<Entry> which) {
        List<String> found = new ArrayList<>(outer == null ? List.of() : outer.names(which));
        names.forEach((name, entry) -> {
            if (which.test(entry)) {
                found.add(name);
            }
        });
        return found;
    }

    // ---- defaults

    /** Puts a default of {@code callee} in force, in place of an earlier one. */
    void setDefault(String callee, Given given) {
        Ast.Name name = given.arg().name();
        if (name != null) {
            defaults.computeIfAbsent(callee, c -> new HashMap<>()).put(name.text(), given);
        }
    }

    /** The default in force for an argument of {@code callee}, or null. */
    @Nullable
    Given defaultOf(String callee, String argument) {
        Given own = defaults.getOrDefault(callee, Map.of()).get(argument);
        return own != null || outer == null ? own : outer.defaultOf(callee, argument);
    }
}
