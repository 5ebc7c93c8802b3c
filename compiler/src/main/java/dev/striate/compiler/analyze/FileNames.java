package dev.striate.compiler.analyze;

import dev.striate.compiler.syntax.Ast;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the names of a file mean.
 *
 * @param nets the nets that it declares, by name
 * @param later names of declarations that this version does not compile; each was reported where it stands
 * @param complete whether all declarations could be read
 */
record FileNames(Map<String, Ast.Net> nets, Set<String> later, boolean complete) {
    /** The names of {@code file}; of two nets of a name the first counts. */
    static FileNames of(Ast.File file) {
        Map<String, Ast.Net> nets = new LinkedHashMap<>();
        Set<String> later = new HashSet<>();
        for (Ast.Decl decl : file.decls()) {
            switch (decl) {
                case Ast.Net n -> nets.putIfAbsent(n.name().text(), n);
                case Ast.Block b -> later.add(b.name().text());
                case Ast.NetInstance i -> later.add(i.name().text());
                case Ast.Train t -> {}
                case Ast.FileDefaults d -> {}
            }
        }
        for (Ast.Import i : file.imports()) {
            later.addAll(i.names().stream().map(Ast.Name::text).toList());
        }
        return new FileNames(nets, later, file.complete());
    }

    /** The names of the nets. */
    List<String> netNames() {
        return List.copyOf(nets.keySet());
    }
}
