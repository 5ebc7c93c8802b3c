package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The names of a net, or of labelled braces within, and the paths that they give to layers. A label is a segment of a
 * path; an unlabelled layer is its name and an ordinal, counted over the textual places in the scope.
 */
final class Scope {
    private final @Nullable Scope outer;
    private final String prefix;
    private final Log log;
    private final Map<String, Entry> names = new LinkedHashMap<>();
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final Map<String, Span> labels = new HashMap<>();
    private final Map<String, Span> automatic = new HashMap<>();

    private Scope(@Nullable Scope outer, String prefix, Log log) {
        this.outer = outer;
        this.prefix = prefix;
        this.log = log;
    }

    /** The scope of a net. */
    static Scope of(Log log) {
        return new Scope(null, "", log);
    }

    /** The scope of braces labelled {@code label} in this one. */
    Scope within(Ast.Name label) {
        return new Scope(this, label(label) + ".", log);
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

    /** The names of this scope alone. */
    Set<String> ownNames() {
        return names.keySet();
    }

    /** Declares a name, once in a scope. */
    void declare(Ast.Name name, Entry entry) {
        Entry before = names.putIfAbsent(name.text(), entry);
        if (before != null) {
            names.put(name.text(), new Entry.Computed(Value.UNKNOWN, null, before.declared())); // which one is meant?
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

    // ---- paths

    /** The path that a label gives. Declaring the name itself reports a label that is there twice. */
    String label(Ast.Name label) {
        Span layer = automatic.get(label.text());
        if (layer != null) {
            clash(label.text(), label.span(), layer);
        }
        labels.putIfAbsent(label.text(), label.span());
        return prefix + label.text();
    }

    /** The path of the next unlabelled layer of a name. */
    String next(String layer, Span span) {
        String segment = layer + ordinals.merge(layer, 1, Integer::sum);
        automatic.put(segment, span);
        Span label = labels.get(segment);
        if (label != null) {
            clash(segment, label, span);
        }
        return prefix + segment;
    }

    private void clash(String segment, Span label, Span layer) {
        log.add(Diagnostic.error(
                        Code.PATH_CLASH,
                        label,
                        "the name `" + segment + "` is also the path of a layer without a label")
                .related(layer, "its parameters would be `" + prefix + segment + ".…`")
                .fix("choose another name, or label that layer, too"));
    }
}
