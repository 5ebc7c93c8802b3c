package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.op.Attr.Kind;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.init.Init;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads initializers: {@code he_normal}, {@code normal(0, 0.02)}. */
final class Initializers {
    private record Rule(List<String> numbers, Function<List<Double>, Init> make) {}

    private static final Map<String, Rule> RULES = new TreeMap<>(Map.ofEntries(
            Map.entry("identity", word(Init.identity())),
            Map.entry("bilinear", word(Init.bilinear())),
            Map.entry("zeros", word(Init.zeros())),
            Map.entry("ones", word(Init.ones())),
            Map.entry("xavier_uniform", word(Init.xavierUniform())),
            Map.entry("xavier_normal", word(Init.xavierNormal())),
            Map.entry("he_uniform", word(Init.heUniform())),
            Map.entry("he_normal", word(Init.heNormal())),
            Map.entry("lecun_normal", word(Init.lecunNormal())),
            Map.entry("orthogonal", word(Init.orthogonal())),
            Map.entry("constant", new Rule(List.of("value"), n -> Init.constant(n.getFirst()))),
            Map.entry("uniform", new Rule(List.of("low", "high"), n -> Init.uniform(n.getFirst(), n.getLast()))),
            Map.entry("normal", new Rule(List.of("mean", "deviation"), n -> Init.normal(n.getFirst(), n.getLast())))));

    private final ArgumentValues values;
    private final Log log;

    Initializers(ArgumentValues values, Log log) {
        this.values = values;
        this.log = log;
    }

    private static Rule word(Init init) {
        return new Rule(List.of(), numbers -> init);
    }

    /** The initializer that is {@code written}; null after an error. */
    @Nullable
    Init read(String argument, Ast.Expr written, @Nullable String word) {
        Ast.Call call = switch (written) {
            case Ast.Call c -> c;
            case Ast.Ref r when word != null -> new Ast.Call(r.name(), List.of(), r.span());
            default -> null;
        };
        if (call == null) {
            return values.wrong(argument, Kind.INIT.words(), values.fold(written), written);
        }
        String name = call.callee().text();
        Rule rule = RULES.get(name);
        return rule == null
                ? values.unknownWord(argument, Kind.INIT.words(), name, List.copyOf(RULES.keySet()), written)
                : make(call, rule);
    }

    private boolean inRange(Ast.Call call, List<Double> numbers) {
        boolean valid = switch (call.callee().text()) {
            case "uniform" -> numbers.getFirst() < numbers.getLast();
            case "normal" -> numbers.getLast() >= 0;
            default -> true;
        };
        if (!valid) {
            boolean uniform = call.callee().text().equals("uniform");
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            call.span(),
                            uniform
                                    ? "`low` of `uniform` is below `high`, and here it is not"
                                    : "`deviation` of `normal` is at least 0, and here it is not")
                    .fix(uniform ? "write `uniform(-0.1, 0.1)`, for example" : "write `normal(0, 0.02)`, for example"));
        }
        return valid;
    }

    private @Nullable Init make(Ast.Call call, Rule rule) {
        String name = call.callee().text();
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(name, rule.numbers, call.args(), log);
        List<Double> numbers = new ArrayList<>();
        for (String number : rule.numbers) {
            Ast.Arg arg = bound.get(number);
            if (arg == null) {
                ArgumentBinder.missing(name, call.span(), number, Kind.FLOAT.words(), log);
                return null;
            }
            Double value = values.number("`" + number + "` of `" + name + "`", Kind.FLOAT.words(), arg.value());
            if (value == null) {
                return null;
            }
            numbers.add(value);
        }
        return inRange(call, numbers) ? rule.make.apply(numbers) : null;
    }
}
