package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says which argument each of a call's arguments is: by its name, or by its place among those without. */
final class ArgumentBinder {
    private ArgumentBinder() {}

    /**
     * The arguments by name. Reports unknown, surplus and doubled ones, which are left out.
     *
     * @param callee what is called, for messages
     * @param names the arguments that there are, in order
     */
    static Map<String, Ast.Arg> bind(String callee, List<String> names, List<Ast.Arg> args, Log log) {
        Map<String, Ast.Arg> bound = new LinkedHashMap<>();
        int place = 0;
        for (Ast.Arg arg : args) {
            Ast.Name given = arg.name();
            if (given == null && place >= names.size()) {
                log.add(tooMany(callee, names, arg.span()));
                continue;
            }
            String name = given == null ? names.get(place++) : given.text();
            if (!names.contains(name)) {
                log.add(Diagnostic.error(
                                Code.UNKNOWN_ARGUMENT,
                                given == null ? arg.span() : given.span(),
                                "`" + callee + "` has no argument `" + name + "`")
                        .fix(names.isEmpty() ? "remove it" : Log.didYouMean(name, "arguments", names)));
                continue;
            }
            Ast.Arg before = bound.putIfAbsent(name, arg);
            if (before != null) {
                log.add(Diagnostic.error(
                                Code.DUPLICATE_ARGUMENT,
                                arg.span(),
                                "`" + name + "` of `" + callee + "` is given twice")
                        .related(before.span(), "given here first")
                        .fix("remove one of them"));
            }
        }
        return bound;
    }

    private static Diagnostic.Builder tooMany(String callee, List<String> names, Span span) {
        String most = switch (names.size()) {
            case 0 -> "no arguments here";
            case 1 -> "one argument here: `" + names.getFirst() + "`";
            default -> names.size() + " arguments here: `" + String.join("`, `", names) + "`";
        };
        return Diagnostic.error(Code.UNKNOWN_ARGUMENT, span, "`" + callee + "` takes " + most)
                .label("one too many")
                .fix("remove it");
    }

    /** Reports an argument that must be given and is not. */
    static void missing(String callee, Span call, String name, String words, Log log) {
        log.add(Diagnostic.error(Code.MISSING_ARGUMENT, call, "`" + callee + "` needs `" + name + "`")
                .fix("give it: `" + name + "=…`, " + words));
    }
}
