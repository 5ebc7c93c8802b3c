package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.Set;

/** Gives the parameters of a net their defaults. */
final class NetParams {
    private static final List<String> TYPES = List.of("int", "float", "bool");
    private static final Set<String> LATER = Set.of("string", "extent", "op", "list");

    private final Scope scope;
    private final Log log;
    private final ArgumentValues values;

    NetParams(Scope scope, Log log) {
        this.scope = scope;
        this.log = log;
        this.values = new ArgumentValues(scope, log);
    }

    /** Declares the parameters in order; a default may use those before it. */
    void declare(Ast.Net net) {
        for (Ast.Param param : net.params()) {
            scope.declare(
                    param.name(), new Entry.Constant(value(param), param.name().span()));
        }
    }

    private Const value(Ast.Param param) {
        String name = "`" + param.name().text() + "`";
        Ast.Type type = param.type();
        if (type == null
                || type.name().text().equals("f32")
                || type.name().text().equals("class")) {
            log.add(Diagnostic.error(
                            Code.BAD_TYPE,
                            param.span(),
                            "the parameter " + name + " of a net is a number known at compile time, not a value")
                    .fix("write `" + param.name().text() + ": int = 10`, or declare an `input`"));
            return Const.unknown();
        }
        String kind = type.name().text();
        if (LATER.contains(kind)) {
            log.unsupported(type.span(), "a parameter of type `" + kind + "`", "use `int`, `float` or `bool`");
            return Const.unknown();
        }
        if (!TYPES.contains(kind) || !type.dims().isEmpty()) {
            log.add(Diagnostic.error(
                            Code.BAD_TYPE, type.span(), "there is no type " + Log.quote(type.span()) + " of parameters")
                    .fix(Log.didYouMean(kind, "types", TYPES)));
            return Const.unknown();
        }
        Ast.Expr written = param.defaultValue();
        if (written == null) {
            log.add(Diagnostic.error(Code.NO_DEFAULT, param.span(), "the parameter " + name + " has no default")
                    .fix("give it one, with which the net is compiled: `"
                            + param.span().text() + " = " + (kind.equals("bool") ? "true" : "10") + "`"));
            return Const.unknown();
        }
        return value(name, kind, written);
    }

    private Const value(String name, String kind, Ast.Expr written) {
        Object checked = switch (kind) {
            case "int" -> values.integer(name, "a whole number", Integer.MIN_VALUE, written);
            case "float" -> values.number(name, "a number", written);
            default -> values.bool(name, written);
        };
        return checked == null ? Const.unknown() : values.fold(written);
    }
}
