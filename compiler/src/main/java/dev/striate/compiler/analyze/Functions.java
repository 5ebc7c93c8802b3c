package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.syntax.Ast;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The functions of compile-time arithmetic: {@code floor ceil round_to min max sum len}. */
final class Functions {
    private static final Rational HALF = new Rational(BigInteger.ONE, BigInteger.TWO);

    private Functions() {}

    /** The value of a call of one of them. */
    static Const of(Ast.Call call, ConstantFolder folder) {
        List<Const> values = new ArrayList<>();
        for (Ast.Arg arg : call.args()) {
            Const value = folder.fold(arg.value());
            if (value.isUnknown()) {
                return value;
            }
            values.add(value);
        }
        String name = call.callee().text();
        boolean ofList = values.size() == 1 && values.getFirst() instanceof Const.Items;
        if (name.equals("len") || name.equals("sum")) {
            return ofList
                    ? reduce(call, ((Const.Items) values.getFirst()).elements(), folder)
                    : needsList(call, folder);
        }
        boolean extreme = name.equals("min") || name.equals("max");
        if (extreme && ofList && !((Const.Items) values.getFirst()).elements().isEmpty()) {
            return rounding(call, ((Const.Items) values.getFirst()).elements(), folder);
        }
        return counted(call, values.size(), folder) ? rounding(call, values, folder) : Const.unknown();
    }

    private static Const needsList(Ast.Call call, ConstantFolder folder) {
        return folder.error(
                Code.ARITHMETIC,
                call.span(),
                "`" + call.callee().text() + "` takes a list",
                "write `" + call.callee().text() + "([2, 3, 4])`");
    }

    private static Const reduce(Ast.Call call, List<Const> elements, ConstantFolder folder) {
        if (call.callee().text().equals("len")) {
            return new Const.Num(Dim.of(elements.size()));
        }
        Dim sum = Dim.of(0);
        for (Const element : elements) {
            if (!(element instanceof Const.Num(Dim number))) {
                return folder.wrongOperand("sum", call.args().getFirst().value(), element);
            }
            sum = sum.plus(number);
        }
        return new Const.Num(sum);
    }

    /** Whether there are as many arguments as the function takes. */
    private static boolean counted(Ast.Call call, int given, ConstantFolder folder) {
        String name = call.callee().text();
        boolean one = name.equals("floor") || name.equals("ceil");
        boolean right = one ? given == 1 : given == 2 || (given > 2 && !name.equals("round_to"));
        if (!right) {
            folder.error(
                    Code.ARITHMETIC,
                    call.span(),
                    "`" + name + "` takes " + (one ? "one number" : "two numbers") + ", and " + given
                            + (given == 1 ? " is given" : " are given"),
                    one ? "write `" + name + "(7 / 2)`" : "write `" + name + "(7, 2)`");
        }
        return right;
    }

    private static Const rounding(Ast.Call call, List<Const> values, ConstantFolder folder) {
        String name = call.callee().text();
        if ((name.equals("floor") || name.equals("ceil")) && values.getFirst() instanceof Const.Num(Dim number)) {
            return new Const.Num(
                    name.equals("floor")
                            ? number.floor()
                            : number.times(Dim.of(-1)).floor().times(Dim.of(-1)));
        }
        List<Rational> numbers = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Optional<Rational> number = values.get(i) instanceof Const.Num(Dim dim) ? dim.constant() : Optional.empty();
            if (number.isEmpty()) {
                int arg = Math.min(i, call.args().size() - 1);
                return folder.wrongOperand(name, call.args().get(arg).value(), values.get(i));
            }
            numbers.add(number.get());
        }
        if (name.equals("round_to") && numbers.get(1).signum() <= 0) {
            return folder.error(
                    Code.ARITHMETIC, call.span(), "`round_to` rounds to a positive number", "write `round_to(v, 8)`");
        }
        return new Const.Num(Dim.of(of(name, numbers)));
    }

    private static Rational of(String name, List<Rational> numbers) {
        Rational first = numbers.getFirst();
        return switch (name) {
            case "min" ->
                numbers.stream().reduce((a, b) -> a.compareTo(b) <= 0 ? a : b).orElse(first);
            case "max" ->
                numbers.stream().reduce((a, b) -> a.compareTo(b) >= 0 ? a : b).orElse(first);
            default -> {
                Rational unit = numbers.get(1);
                yield first.over(unit).plus(HALF).floor().times(unit);
            }
        };
    }
}
