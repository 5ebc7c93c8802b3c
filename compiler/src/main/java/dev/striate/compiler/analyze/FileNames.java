package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the names of a file mean: the blocks and nets that it declares and imports. */
final class FileNames {
    /**
     * A block, a net or an instance of one.
     *
     * @param name its name where it was declared
     * @param decl the declaration
     * @param file the file that declares it, which says what the names in it mean
     */
    record Target(Ast.Name name, Ast.Decl decl, FileNames file) {}

    /** A file without names. */
    static final FileNames NONE = new FileNames(List.of(), true);

    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Set<String> later = new HashSet<>();
    private final List<Ast.Decl> decls;
    private final boolean complete;
    private final Set<Span> cyclic = new HashSet<>();

    private FileNames(List<Ast.Decl> decls, boolean complete) {
        this.decls = decls;
        this.complete = complete;
        for (Ast.Decl decl : decls) {
            switch (decl) {
                case Ast.Net n -> declare(n.name(), n);
                case Ast.Block b -> declare(b.name(), b);
                case Ast.NetInstance i -> declare(i.name(), i);
                case Ast.Train t -> {}
                case Ast.FileDefaults d -> {}
            }
        }
    }

    /** The names that {@code file} declares; of two declarations of a name the first counts. {@link Modules} adds imports. */
    static FileNames of(Ast.File file) {
        return new FileNames(file.decls(), file.complete());
    }

    private void declare(Ast.Name name, Ast.Decl decl) {
        targets.putIfAbsent(name.text(), new Target(name, decl, this));
    }

    /** Adds an imported name; false when the file has that name already. */
    boolean add(String name, Target target) {
        return targets.putIfAbsent(name, target) == null;
    }

    /** Adds a name whose import failed, which was reported: do not report what may follow. */
    void addUnknown(String name) {
        later.add(name);
    }

    /** Whether one of these blocks, which call one another in a circle, was reported before; from now on they were. */
    boolean isCycleKnown(Collection<Target> circle) {
        boolean known = circle.stream().anyMatch(t -> cyclic.contains(t.name().span()));
        circle.forEach(t -> cyclic.add(t.name().span()));
        return known;
    }

    /** The block or net of a name, or null. */
    @Nullable
    Target find(String name) {
        return targets.get(name);
    }

    /** The names of all blocks and nets. */
    Set<String> names() {
        return targets.keySet();
    }

    /** The names of the net that a target is, with arguments of its own or without; null when it is none. */
    static Ast.@Nullable Net net(@Nullable Target target) {
        Target at = target;
        for (int i = 0; at != null && i < 100; i++) { // a cycle of instances is reported where it stands
            if (at.decl() instanceof Ast.Net net) {
                return net;
            }
            at = at.decl() instanceof Ast.NetInstance instance
                    ? at.file().find(instance.net().callee().text())
                    : null;
        }
        return null;
    }

    /** The nets by name, instances included. */
    Map<String, Ast.Net> nets() {
        Map<String, Ast.Net> nets = new LinkedHashMap<>();
        targets.forEach((name, target) -> {
            Ast.Net net = net(target);
            if (net != null) {
                nets.put(name, net);
            }
        });
        return nets;
    }

    /** The names of the nets. */
    List<String> netNames() {
        return List.copyOf(nets().keySet());
    }

    /** Names that cannot be understood because of an error that was reported: failed imports, and instances of nothing. */
    Set<String> later() {
        Set<String> all = new HashSet<>(later);
        targets.values().stream()
                .filter(t -> t.decl() instanceof Ast.NetInstance && net(t) == null)
                .forEach(t -> all.add(t.name().text()));
        return all;
    }

    /** Whether all declarations could be read. */
    boolean complete() {
        return complete;
    }

    /** The defaults of the file that are in force at a declaration: those before it. */
    List<Ast.Defaults> defaultsBefore(Ast.Decl decl) {
        List<Ast.Defaults> before = new ArrayList<>();
        for (Ast.Decl d : decls) {
            if (d.span().start() < decl.span().start() && d instanceof Ast.FileDefaults defaults) {
                before.add(defaults.defaults());
            }
        }
        return before;
    }
}
