package dev.striate.compiler.lint;

import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Walk;
import java.util.HashSet;
import java.util.Set;

/** The names that a net or block uses anywhere: values, parameters, layers, labels within labelled braces. */
final class UsedNames {
    private UsedNames() {}

    /** All of them; the names that arguments have do not count. */
    static Set<String> in(Subject.Declaration declaration) {
        Set<String> names = new HashSet<>();
        Walk.all(declaration.params()).forEach(part -> add(part, names));
        declaration.parts().forEach(part -> add(part, names));
        return names;
    }

    private static void add(Ast part, Set<String> names) {
        switch (part) {
            case Ast.Ref r -> names.add(r.name().text());
            case Ast.Call c -> names.add(c.callee().text());
            case Ast.Member m -> names.add(m.member().text());
            default -> {}
        }
    }
}
