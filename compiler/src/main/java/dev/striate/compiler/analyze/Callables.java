package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the operator that a name means, or says why there is none. */
final class Callables {
    /** What is written like a layer and is none: it leaves no operator behind. */
    private static final Set<String> FORMS = Set.of("identity", "split", "residual");

    private final Log log;

    Callables(Log log) {
        this.log = log;
    }

    /** Whether {@code name} can be called somewhere in {@code file}, as an operator, net or block. */
    boolean isKnown(String name, FileNames file) {
        return writable(name).isPresent()
                || FORMS.contains(name)
                || file.find(name) != null
                || file.later().contains(name);
    }

    /** Whether {@code name} is an operator or form of the language. */
    static boolean isWritable(String name) {
        return writable(name).isPresent() || FORMS.contains(name);
    }

    private static Optional<OpSpec<?>> writable(String name) {
        return Ops.byName(name).filter(s -> s.category() != Category.INTERNAL);
    }

    /** The operator that {@code name} means; null after an error. {@code term} is what it declares, if anything. */
    @Nullable
    OpSpec<?> find(Ast.Name name, @Nullable Term term, Frame frame) {
        Role role = term == null ? Role.LAYER : term.role();
        Optional<OpSpec<?>> spec = writable(name.text());
        if (spec.isEmpty() || frame.scope().find(name.text()) instanceof Entry.Constant) {
            missing(name, role, frame);
            return null;
        }
        Category category = spec.get().category();
        boolean metricAsLoss =
                role == Role.LOSS && Role.METRIC.takes(category); // Trainable says why a metric is no loss
        boolean partOfTerm = term == null && frame.terms();
        if (role.takes(category) || metricAsLoss || partOfTerm) {
            return spec.get();
        }
        Role own = Stream.of(Role.values())
                .filter(r -> r.takes(category))
                .findFirst()
                .orElseThrow();
        log.add(Diagnostic.error(
                        Code.WRONG_ROLE,
                        name.span(),
                        "`" + name.text() + "` is a " + own.word() + ", and a " + role.word() + " is needed here")
                .fix(
                        role == Role.LAYER
                                ? "write `" + own.example(name.text()) + "` as a statement of its own"
                                : "the " + role.plural() + " are " + Log.list(role.names())));
        return null;
    }

    private void missing(Ast.Name name, Role role, Frame frame) {
        String text = name.text();
        Entry entry = frame.scope().find(text);
        FileNames file = frame.scope().file();
        if (entry != null && entry.isUnknown()) {
            log.loseTrack(); // what it is was not understood
        } else if (entry != null) {
            notCallable(name, entry, role);
        } else if (text.equals("residual")) {
            log.add(Diagnostic.error(Code.MISSING_ARGUMENT, name.span(), "`residual` needs a body in braces")
                    .fix("write `residual { conv(64, 3, pad=1) -> relu }`"));
        } else if (file.later().contains(text) || !file.complete()) {
            log.loseTrack();
        } else {
            unknown(name, role, file);
        }
    }

    /** The nearest of all names that can be called, or else a list of those of the language. */
    private void unknown(Ast.Name name, Role role, FileNames file) {
        boolean layer = role == Role.LAYER;
        List<String> all = new ArrayList<>(role.names());
        all.addAll(layer ? FORMS : Set.of());
        List<String> shown = List.copyOf(all);
        all.addAll(file.names());
        boolean near = Suggestions.nearest(name.text(), all).isPresent();
        log.unknown(
                Code.UNKNOWN_LAYER,
                name,
                layer ? "layer or block" : role.word(),
                layer ? "layers" : role.plural(),
                near ? all : shown);
    }

    private void notCallable(Ast.Name name, Entry entry, Role role) {
        log.add(Diagnostic.error(
                        Code.WRONG_ROLE,
                        name.span(),
                        "`" + name.text() + "` is " + entry.kind() + ", and a " + role.word() + " is needed here")
                .related(entry.declared(), "declared here")
                .fix(
                        entry instanceof Entry.Computed
                                ? "begin a chain with it: `" + name.text() + " -> …`"
                                : "the " + role.plural() + " are " + Log.list(role.names())));
    }
}
