package dev.striate.compiler.emit;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.KernelCall;
import dev.striate.core.init.Init;
import dev.striate.core.window.Padding;
import java.math.BigDecimal;
import java.util.List;

/** Renders the calls that build kernel descriptions. */
final class Calls {
    private Calls() {}

    /** Adds {@code conv(6, 5, 5).pad(2)}, the factory to be imported statically. */
    static void render(KernelCall call, Fragment to) {
        to.text(call.factory());
        args(call.args(), to);
        for (KernelCall.Option option : call.options()) {
            to.text(".").text(option.name());
            args(option.args(), to);
        }
    }

    private static void args(List<Object> args, Fragment to) {
        String before = "(";
        for (Object arg : args) {
            for (Object each : arg instanceof Shape shape ? shape.dims() : List.of(arg)) {
                to.text(before);
                arg(each, to);
                before = ", ";
            }
        }
        to.text(before.equals("(") ? "()" : ")");
    }

    private static void arg(Object arg, Fragment to) {
        switch (arg) {
            case Integer i -> to.text(i.toString());
            case Double d -> to.text(number(d));
            case String s -> to.string(s);
            case Dim d -> to.text(d.toJava());
            case KernelCall call -> render(call, to);
            case Enum<?> e -> to.block("$T.$L", e.getDeclaringClass(), e.name());
            case Padding.Same same -> to.block("$T.SAME", Padding.class);
            case Padding.Explicit p -> explicit(p, to);
            case Init init -> init(init, to);
            default -> throw new IllegalArgumentException("no Java form for " + arg);
        }
    }

    private static void explicit(Padding.Explicit p, Fragment to) {
        if (p.top() == p.bottom() && p.left() == p.right()) {
            to.block("$T.of($L, $L)", Padding.class, p.top(), p.left());
        } else {
            to.block("new $T($L, $L, $L, $L)", Padding.Explicit.class, p.top(), p.bottom(), p.left(), p.right());
        }
    }

    /** Adds {@code Init.normal(0.0, 0.02)}. */
    static void init(Init init, Fragment to) {
        switch (init) {
            case Init.Constant c -> to.block("$T.constant($L)", Init.class, number(c.value()));
            case Init.Uniform u -> to.block("$T.uniform($L, $L)", Init.class, number(u.low()), number(u.high()));
            case Init.Normal n -> to.block("$T.normal($L, $L)", Init.class, number(n.mean()), number(n.deviation()));
            case Init.Orthogonal o -> to.block("$T.orthogonal()", Init.class);
            case Init.Fixed f -> to.block("$T.$L()", Init.class, f);
            case Init.Scaled s -> to.block("$T.$L()", Init.class, scaled(s));
        }
    }

    private static String scaled(Init.Scaled init) {
        List<String> names = List.of("heUniform", "heNormal", "xavierUniform", "xavierNormal", "lecunNormal");
        List<Init> values = List.of(
                Init.heUniform(), Init.heNormal(), Init.xavierUniform(), Init.xavierNormal(), Init.lecunNormal());
        return names.get(values.indexOf(init));
    }

    /** A double literal as people write it: {@code 0.0005}, {@code 1.0}, {@code 1.0E-9}. */
    static String number(double value) {
        double magnitude = Math.abs(value);
        return magnitude >= 1e-6 && magnitude < 1e-3
                ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
                : Double.toString(value);
    }
}
