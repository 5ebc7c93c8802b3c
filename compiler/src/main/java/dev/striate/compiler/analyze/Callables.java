package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.syntax.Ast;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the operator that a name means, or says why there is none. */
final class Callables {
    private final FileNames file;
    private final Log log;

    Callables(FileNames file, Log log) {
        this.file = file;
        this.log = log;
    }

    /** Whether {@code name} could be called anywhere, as an operator, net or block. */
    boolean isKnown(String name) {
        return Ops.byName(name)
                        .filter(s -> s.category() != OpSpec.Category.INTERNAL)
                        .isPresent()
                || Stream.of(Role.values()).anyMatch(r -> r.isLater(name))
                || file.nets().containsKey(name)
                || file.later().contains(name);
    }

    /** The operator that {@code name} means in a role; null after an error. */
    @Nullable
    OpSpec<?> find(Ast.Name name, Role role, Scope scope) {
        Optional<OpSpec<?>> spec = Ops.byName(name.text()).filter(s -> s.category() != OpSpec.Category.INTERNAL);
        if (spec.isEmpty()) {
            missing(name, role, scope);
            return null;
        }
        boolean metricAsLoss = role == Role.LOSS && Role.METRIC.takes(spec.get().category());
        if (role.takes(spec.get().category()) || metricAsLoss) { // Trainable says why a metric is no loss
            return spec.get();
        }
        Role own = Stream.of(Role.values())
                .filter(r -> r.takes(spec.get().category()))
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

    private void missing(Ast.Name name, Role role, Scope scope) {
        String text = name.text();
        Entry entry = scope.find(text);
        if (entry instanceof Entry.Computed c && !c.value().isKnown() && log.isUnsure()) {
            log.loseTrack(); // it may be a block that this version does not compile
        } else if (entry != null) {
            notCallable(name, entry, role);
        } else if (Stream.of(Role.values()).anyMatch(r -> r.isLater(text))) {
            log.unsupported(name.span(), "`" + text + "`", "this version has " + Log.list(role.names()));
        } else if (file.nets().containsKey(text)) {
            log.unsupported(name.span(), "a net as a layer of another", "write its layers out here");
        } else if (file.later().contains(text) || !file.complete()) {
            log.loseTrack();
        } else {
            log.unknown(Code.UNKNOWN_LAYER, name, role.word(), role.plural(), role.names());
        }
    }

    private void notCallable(Ast.Name name, Entry entry, Role role) {
        String kind = switch (entry) {
            case Entry.Constant c -> "a parameter";
            case Entry.Term t -> "a " + t.kind();
            case Entry.Computed c -> "a value";
        };
        log.add(Diagnostic.error(
                        Code.WRONG_ROLE,
                        name.span(),
                        "`" + name.text() + "` is " + kind + ", and a " + role.word() + " is needed here")
                .related(entry.declared(), "declared here")
                .fix(
                        entry instanceof Entry.Computed
                                ? "begin a chain with it: `" + name.text() + " -> …`"
                                : "the " + role.plural() + " are " + Log.list(role.names())));
    }
}
