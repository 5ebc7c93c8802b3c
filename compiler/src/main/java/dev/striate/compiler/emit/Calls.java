package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import dev.striate.core.init.Init;
import dev.striate.core.window.Padding;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Renders the calls that build kernel descriptions. */
final class Calls {
    private Calls() {}

    /** {@code conv(6, 5, 5).pad(2)}, the factory to be imported statically. */
    static CodeBlock render(KernelCall call) {
        CodeBlock.Builder code = CodeBlock.builder()
                .add("$T." + call.factory() + "($L)", ClassName.get(call.owner()), args(call.args()));
        for (KernelCall.Option option : call.options()) {
            code.add(".$L($L)", option.name(), args(option.args()));
        }
        return code.build();
    }

    /** A static factory of a kernel description. */
    record Factory(Class<?> owner, String name) implements Comparable<Factory> {
        private static final Comparator<Factory> ORDER =
                Comparator.comparing((Factory f) -> f.owner.getName()).thenComparing(Factory::name);

        @Override
        public int compareTo(Factory other) {
            return ORDER.compare(this, other);
        }
    }

    /** The factories that the code of a graph calls. */
    static Set<Factory> factories(Graph graph) {
        Set<Factory> all = new TreeSet<>();
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Op op) {
                collect(op.spec().kernel(node), all);
            }
        }
        return all;
    }

    private static void collect(KernelCall call, Set<Factory> all) {
        all.add(new Factory(call.owner(), call.factory()));
        collect(call.args(), all);
        for (KernelCall.Option option : call.options()) {
            collect(option.args(), all);
        }
    }

    private static void collect(List<Object> args, Set<Factory> all) {
        for (Object arg : args) {
            if (arg instanceof KernelCall inner) {
                collect(inner, all);
            }
        }
    }

    private static CodeBlock args(List<Object> args) {
        List<CodeBlock> rendered = new ArrayList<>();
        for (Object arg : args) {
            if (arg instanceof Shape shape) {
                shape.dims().forEach(d -> rendered.add(CodeBlock.of("$L", d.toJava())));
            } else {
                rendered.add(arg(arg));
            }
        }
        return CodeBlock.join(rendered, ", ");
    }

    private static CodeBlock arg(Object arg) {
        return switch (arg) {
            case Integer i -> CodeBlock.of("$L", i);
            case Double d -> CodeBlock.of("$L", number(d));
            case String s -> CodeBlock.of("$S", s);
            case Dim d -> CodeBlock.of("$L", d.toJava());
            case KernelCall call -> render(call);
            case Enum<?> e -> CodeBlock.of("$T.$L", e.getDeclaringClass(), e.name());
            case Padding.Same same -> CodeBlock.of("$T.SAME", Padding.class);
            case Padding.Explicit p -> explicit(p);
            case Init init -> init(init);
            default -> throw new IllegalArgumentException("no Java form for " + arg);
        };
    }

    private static CodeBlock explicit(Padding.Explicit p) {
        boolean even = p.top() == p.bottom() && p.left() == p.right();
        return even
                ? CodeBlock.of("$T.of($L, $L)", Padding.class, p.top(), p.left())
                : CodeBlock.of(
                        "new $T($L, $L, $L, $L)", Padding.Explicit.class, p.top(), p.bottom(), p.left(), p.right());
    }

    /** {@code Init.normal(0.0, 0.02)}. */
    static CodeBlock init(Init init) {
        return switch (init) {
            case Init.Constant c -> CodeBlock.of("$T.constant($L)", Init.class, number(c.value()));
            case Init.Uniform u -> CodeBlock.of("$T.uniform($L, $L)", Init.class, number(u.low()), number(u.high()));
            case Init.Normal n ->
                CodeBlock.of("$T.normal($L, $L)", Init.class, number(n.mean()), number(n.deviation()));
            case Init.Orthogonal o -> CodeBlock.of("$T.orthogonal()", Init.class);
            case Init.Fixed f -> CodeBlock.of("$T.$L()", Init.class, f);
            case Init.Scaled s -> CodeBlock.of("$T.$L()", Init.class, scaled(s));
        };
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
