package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Schedule;
import dev.striate.core.recipe.Transform;
import java.util.ArrayList;
import java.util.List;

/** Renders optimizers, schedules and transforms as the calls that build them. */
final class Learning {
    private Learning() {}

    /** {@code Optimizer.sgd(0.05).momentum(0.9)}. */
    static CodeBlock optimizer(Optimizer optimizer) {
        CodeBlock.Builder code = CodeBlock.builder();
        switch (optimizer) {
            case Optimizer.Sgd sgd -> {
                code.add(call(Optimizer.class, "sgd", sgd.lr()));
                momentum(sgd.momentum(), code);
                code.add(sgd.nesterov() ? ".withNesterov()" : "");
            }
            case Optimizer.RmsProp r -> {
                code.add(call(Optimizer.class, "rmsprop", r.lr(), r.alpha(), r.eps()));
                momentum(r.momentum(), code);
            }
            case Optimizer.Adagrad a -> code.add(call(Optimizer.class, "adagrad", a.lr(), a.eps()));
            case Optimizer.Adam a ->
                code.add(
                        call(Optimizer.class, a.decoupled() ? "adamw" : "adam", a.lr(), a.beta1(), a.beta2(), a.eps()));
        }
        if (optimizer.decay() != 0) {
            code.add(".decay($L)", Calls.number(optimizer.decay()));
        }
        return code.build();
    }

    private static void momentum(double momentum, CodeBlock.Builder code) {
        if (momentum != 0) {
            code.add(".momentum($L)", Calls.number(momentum));
        }
    }

    /** {@code Schedule.cosine(0.0)}. */
    static CodeBlock schedule(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Constant c -> call(Schedule.class, "constant");
            case Schedule.Step s -> call(Schedule.class, "step", length(s.every()), s.gamma());
            case Schedule.MultiStep m -> {
                List<Object> args = new ArrayList<>(List.of(m.gamma()));
                args.addAll(times(m.at()));
                yield call(Schedule.class, "multistep", args.toArray());
            }
            case Schedule.Exponential e -> call(Schedule.class, "exponential", e.gamma());
            case Schedule.Inverse i -> call(Schedule.class, "inverse", i.gamma(), i.power());
            case Schedule.Cosine c -> call(Schedule.class, "cosine", c.to());
            case Schedule.Warmup w -> call(Schedule.class, "warmup", length(w.over()), w.from(), schedule(w.then()));
            case Schedule.Plateau p ->
                call(
                        Schedule.class,
                        "plateau",
                        CodeBlock.of("$S", p.watch().metric()),
                        p.watch().least(),
                        p.gamma(),
                        p.patience());
        };
    }

    /** {@code 20} epochs, or {@code Length.steps(500)}. */
    static CodeBlock length(Length length) {
        return length.unit() == Length.Unit.STEPS
                ? call(Length.class, "steps", (long) length.amount())
                : CodeBlock.of("$L", (int) length.amount());
    }

    /** Numbers of epochs where that is all, else lengths. */
    private static List<?> times(List<Length> at) {
        boolean epochs = at.stream().allMatch(t -> t.unit() == Length.Unit.EPOCHS);
        return at.stream()
                .map(t -> epochs
                        ? t.amount()
                        : t.unit() == Length.Unit.STEPS ? length(t) : call(Length.class, "epochs", t.amount()))
                .toList();
    }

    private static CodeBlock call(Class<?> type, String method, Object... args) {
        return CodeBlock.of("$T.$L($L)", type, method, arguments(args));
    }

    /** {@code new Transform.HorizontalFlip(0.5)}. */
    static CodeBlock record(Transform transform) {
        Object[] args = switch (transform) {
            case Transform.Resize r -> new Object[] {r.height(), r.width()};
            case Transform.ResizeShorter r -> new Object[] {r.side()};
            case Transform.CenterCrop c -> new Object[] {c.height(), c.width()};
            case Transform.RandomCrop c -> new Object[] {c.height(), c.width(), c.pad()};
            case Transform.RandomResizedCrop c ->
                new Object[] {c.height(), c.width(), c.least(), c.most(), c.narrowest(), c.widest()};
            case Transform.HorizontalFlip f -> new Object[] {f.probability()};
            case Transform.VerticalFlip f -> new Object[] {f.probability()};
            case Transform.Rotate r -> new Object[] {r.degrees()};
            case Transform.Translate t -> new Object[] {t.height(), t.width()};
            case Transform.Scale s -> new Object[] {s.least(), s.most()};
            case Transform.Jitter j -> new Object[] {j.brightness(), j.contrast(), j.saturation(), j.hue()};
            case Transform.Noise n -> new Object[] {n.sigma()};
            case Transform.Cutout c -> new Object[] {c.side()};
            case Transform.Normalize n -> new Object[] {numbers(n.mean()), numbers(n.deviation())};
        };
        return CodeBlock.of("new $T($L)", transform.getClass(), arguments(args));
    }

    private static CodeBlock numbers(List<Double> values) {
        return CodeBlock.of("$T.of($L)", List.class, arguments(values.toArray()));
    }

    private static CodeBlock arguments(Object... args) {
        List<CodeBlock> rendered = new ArrayList<>();
        for (Object arg : args) {
            rendered.add(arg instanceof Double d ? CodeBlock.of("$L", Calls.number(d)) : CodeBlock.of("$L", arg));
        }
        return CodeBlock.join(rendered, ", ");
    }
}
