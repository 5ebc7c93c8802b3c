package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the parameters of a net or block their values, which are known at compile time. */
final class Parameters {
    private static final List<String> TYPES = List.of("int", "float", "bool", "string", "extent", "op", "list");

    private final Log log;

    Parameters(Log log) {
        this.log = log;
    }

    /**
     * Declares a parameter in {@code callee}: with what was given in {@code caller}, else with its default, which may use
     * the parameters before it. Without either it stays unknown; {@code missing} reports that.
     */
    void declare(
            Ast.Param param,
            @Nullable Scope caller,
            Ast.@Nullable Expr given,
            Frame callee,
            Frame from,
            Runnable missing) {
        Ast.Expr standard = param.defaultValue();
        Const value = Const.unknown();
        if (isDeclaredWell(param)) {
            if (given != null && caller != null) {
                value = value(param, given, caller, from);
            } else if (standard != null) {
                value = value(param, standard, callee.scope(), callee);
            } else {
                missing.run();
            }
        }
        callee.scope()
                .declare(param.name(), new Entry.Constant(value, param.name().span()));
    }

    /** Whether the type is one of parameters. Reports it when it is not. */
    private boolean isDeclaredWell(Ast.Param param) {
        Ast.Type type = param.type();
        if (type == null
                || type.name().text().equals("f32")
                || type.name().text().equals("class")) {
            log.add(Diagnostic.error(
                            Code.BAD_TYPE,
                            param.span(),
                            "the parameter `" + param.name().text() + "` is known at compile time, and no value")
                    .fix("write `" + param.name().text()
                            + ": int = 10`; in a net declare an `input`, and in a block put" + " `"
                            + param.name().text() + "` without a type first"));
            return false;
        }
        if (!TYPES.contains(type.name().text()) || !type.dims().isEmpty()) {
            log.add(Diagnostic.error(
                            Code.BAD_TYPE, type.span(), "there is no type " + Log.quote(type.span()) + " of parameters")
                    .fix(Log.didYouMean(type.name().text(), "types", TYPES)));
            return false;
        }
        return true;
    }

    private Const value(Ast.Param param, Ast.Expr written, Scope scope, Frame frame) {
        String name = "`" + param.name().text() + "`";
        Ast.Type type = param.type();
        ArgumentValues values = new ArgumentValues(scope, log);
        return switch (type == null ? "" : type.name().text()) {
            case "int" -> {
                boolean symbolic = values.fold(written) instanceof Const.Num(Dim dim) // what it reports is said once
                        && dim.constant().isEmpty();
                yield symbolic || values.integer(name, "a whole number", Integer.MIN_VALUE, written) != null
                        ? values.fold(written)
                        : Const.unknown();
            }
            case "float" -> known(values.number(name, "a number", written), written, values);
            case "bool" -> known(values.bool(name, written), written, values);
            case "string" -> of(Const.Text.class, name, "a text such as \"mean\"", written, values);
            case "extent" ->
                known(values.extent(name, "an extent of at least 1 such as 3 or 3x5", written), written, values);
            case "list" -> of(Const.Items.class, name, "a list such as [1, 2, 4]", written, values);
            default -> operation(name, written, scope, frame);
        };
    }

    private static Const known(@Nullable Object checked, Ast.Expr written, ArgumentValues values) {
        return checked == null ? Const.unknown() : values.fold(written);
    }

    private static Const of(
            Class<? extends Const> kind, String name, String words, Ast.Expr written, ArgumentValues values) {
        Const value = values.fold(written);
        if (kind.isInstance(value)) {
            return value;
        }
        values.wrong(name, words, value, written);
        return Const.unknown();
    }

    /** A layer, block or chain to be used as a layer in the block; what was passed to the caller is passed on. */
    private Const operation(String name, Ast.Expr written, Scope scope, Frame frame) {
        if (written instanceof Ast.Ref r && scope.find(r.name().text()) instanceof Entry.Constant c) {
            boolean passes = c.value() instanceof Const.Operation || c.isUnknown();
            return passes ? c.value() : notALayer(name, written);
        }
        return switch (written) {
            case Ast.Ref r -> new Const.Operation(written, frame);
            case Ast.Call c -> new Const.Operation(written, frame);
            case Ast.Chain c -> new Const.Operation(written, frame);
            case Ast.Merge m -> new Const.Operation(written, frame);
            default -> notALayer(name, written);
        };
    }

    private Const notALayer(String name, Ast.Expr written) {
        log.add(Diagnostic.error(
                        Code.WRONG_ARGUMENT,
                        written.span(),
                        name + " is a layer or a chain of layers, not " + Log.quote(written.span()))
                .fix("pass one: `act=relu`, or `act=leaky_relu(0.1)`"));
        return Const.unknown();
    }
}
