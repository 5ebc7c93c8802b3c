package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.Parsing.stmts;
import static dev.striate.compiler.syntax.Parsing.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shape of the tree, construct by construct. */
class CnnParserTest {
    private static String stmt(String text) {
        return stmts(text).stream().map(AstText::of).collect(Collectors.joining("; "));
    }

    private static String setting(String text) {
        Ast.Train train =
                (Ast.Train) tree("train T for A {\n" + text + "\n}").decls().getFirst();
        return train.settings().stream().map(AstText::of).collect(Collectors.joining("; "));
    }

    private static String expr(String text) {
        return AstText.of(((Ast.Let) stmts("let a = " + text).getFirst()).value());
    }

    // ---- the file

    @Test
    void packageAndImports() {
        Ast.File file = tree("""
                /// About
                ///   the file.
                package zoo.train
                import zoo.blocks.{A, B}
                import striate.models.resnet.ResNet18
                net X = A
                """);
        assertThat(AstText.of(file.pkg())).isEqualTo("PackageDecl([zoo, train], About\n  the file.)");
        assertThat(AstText.of(file.imports()))
                .isEqualTo("[Import([zoo, blocks], [A, B]), Import([striate, models, resnet], [ResNet18])]");
        assertThat(file.complete()).isTrue();
    }

    @Test
    void declarations() {
        Ast.File file = tree("""
                block B(x, c: int, k: extent = 3x3) { x -> relu }
                /// A net.
                net N(act: op = batch_norm -> relu) { }
                net I = N(act=tanh)
                train T for N(act=relu) { }
                defaults conv(bias=false), fc
                """);
        assertThat(file.decls().stream().map(AstText::of))
                .containsExactly(
                        "Block(B, [Param(x, -, -), Param(c, Type(int, []), -), Param(k, Type(extent, []), Extent([3, 3]))],"
                                + " [ChainStmt(Chain([Step(-, Ref(x)), Step(-, Ref(relu))]))], -, false)",
                        "Net(N, [Param(act, Type(op, []), Chain([Step(-, Ref(batch_norm)), Step(-, Ref(relu))]))], [], A net., false)",
                        "NetInstance(I, Call(N, [Arg(act, Ref(tanh))]), -, false)",
                        "Train(T, Call(N, [Arg(act, Ref(relu))]), [], -, false)",
                        "FileDefaults(Defaults([Call(conv, [Arg(bias, Bool(false))]), Call(fc, [])]), false)");
    }

    // ---- statements

    @Test
    void inputsAndLabels() {
        assertThat(stmt("/// The picture.\ninput x: f32[N, 3, H, 2 * H] where H % 8 == 0, H > 3"))
                .isEqualTo(
                        "Input(x, Type(f32, [Ref(N), 3, Ref(H), Binary(MULTIPLY, 2, Ref(H))]), -,"
                                + " [Binary(EQUAL, Binary(REMAINDER, Ref(H), 8), 0), Binary(GREATER, Ref(H), 3)], The picture.)");
        assertThat(stmt("input z: f32[N, 100] = normal(0, 1)"))
                .isEqualTo("Input(z, Type(f32, [Ref(N), 100]), Call(normal, [Arg(-, 0), Arg(-, 1)]), [], -)");
        assertThat(stmt("label y: class[N, k]")).isEqualTo("Label(y, Type(class, [Ref(N), Ref(k)]), [], -)");
    }

    @Test
    void namesForValues() {
        assertThat(stmt("let a, b = x -> split(C, 2)"))
                .isEqualTo("Let([a, b], Chain([Step(-, Ref(x)), Step(-, Call(split, [Arg(-, Ref(C)), Arg(-, 2)]))]))");
        assertThat(stmt("output y = a + b")).isEqualTo("Output(y, Binary(ADD, Ref(a), Ref(b)), -)");
        assertThat(stmt("param g: f32[x.C] = constant(1e-6)"))
                .isEqualTo("Learned(g, Type(f32, [Member(Ref(x), C)]), Call(constant, [Arg(-, 0.000001)]), -)");
        assertThat(stmt("shared tower = Tower(2)")).isEqualTo("Shared(tower, Call(Tower, [Arg(-, 2)]))");
    }

    @Test
    void lossesMetricsAndObjectives() {
        assertThat(stmt("loss l = mse(a, b)")).isEqualTo("Loss(l, Call(mse, [Arg(-, Ref(a)), Arg(-, Ref(b))]))");
        assertThat(stmt("metric m = top1(a, b)")).isEqualTo("Metric(m, Call(top1, [Arg(-, Ref(a)), Arg(-, Ref(b))]))");
        assertThat(stmt("objective 0.3 * a + l1(\"**.weight\")"))
                .isEqualTo(
                        "Objective(-, Binary(ADD, Binary(MULTIPLY, 0.3, Ref(a)), Call(l1, [Arg(-, \"**.weight\")])), [])");
        assertThat(stmt("objective critic = catch updates \"d.**\", \"e.**\""))
                .isEqualTo("Objective(critic, Ref(catch), [\"d.**\", \"e.**\"])");
    }

    @Test
    void contractsDefaultsAndPhases() {
        assertThat(stmt("assert macs() <= 1.9 GMAC at N == 1, H == 224"))
                .isEqualTo("Assert(Binary(AT_MOST, Call(macs, []), Quantity(1.9, GMAC)),"
                        + " [Binary(EQUAL, Ref(N), 1), Binary(EQUAL, Ref(H), 224)])");
        assertThat(stmt("defaults conv(bias=false)")).isEqualTo("Defaults([Call(conv, [Arg(bias, Bool(false))])])");
        assertThat(stmt("when train { x -> output y }"))
                .isEqualTo("When(train, [ChainStmt(Chain([Step(-, Ref(x)), Step(-, OutputStep(y))]))])");
    }

    // ---- chains

    @Test
    void chainsWithLabels() {
        assertThat(stmt("d1: x -> neck.layer3 -> head: fc(10) -> step -> output y"))
                .isEqualTo("ChainStmt(Chain([Step(d1, Ref(x)), Step(-, Member(Ref(neck), layer3)),"
                        + " Step(head, Call(fc, [Arg(-, 10)])), Step(-, Ref(step)), Step(-, OutputStep(y))]))");
        assertThat(stmt("zeros([N, 1]) -> relu"))
                .startsWith("ChainStmt(Chain([Step(-, Call(zeros, [Arg(-, ListLiteral(");
    }

    @Test
    void merges() {
        assertThat(stmt("concat(axis=C) { skip | x -> relu } -> relu"))
                .isEqualTo("ChainStmt(Chain([Step(-, Merge(Call(concat, [Arg(axis, Ref(C))]),"
                        + " [Chain([Step(-, Ref(skip))]), Chain([Step(-, Ref(x)), Step(-, Ref(relu))])])),"
                        + " Step(-, Ref(relu))]))");
        assertThat(expr("add { each i in 0..4 { relu } | identity }"))
                .isEqualTo("Merge(Call(add, []), [Each(i, Binary(RANGE, 0, 4), Chain([Step(-, Ref(relu))])),"
                        + " Chain([Step(-, Ref(identity))])])");
        assertThat(stmt("x -> residual(project=conv(c, 1) -> batch_norm) { relu }"))
                .contains("Merge(Call(residual, [Arg(project, Chain([Step(-, Call(conv, [Arg(-, Ref(c)), Arg(-, 1)])),"
                        + " Step(-, Ref(batch_norm))]))]), [Chain([Step(-, Ref(relu))])])");
    }

    @Test
    void loopsAndConditions() {
        assertThat(stmt("x -> repeat 2 { a -> b }"))
                .contains("Step(-, Repeat(2, Chain([Step(-, Ref(a)), Step(-, Ref(b))])))");
        assertThat(stmt("x -> layers: for c in [1, 2] { a }"))
                .contains("Step(layers, For(c, ListLiteral([1, 2]), Chain([Step(-, Ref(a))])))");
        assertThat(stmt("x -> if a { b }")).contains("If(Ref(a), Chain([Step(-, Ref(b))]), -)");
        assertThat(stmt("x -> if a { b } else if c { d } else { e }"))
                .contains("If(Ref(a), Chain([Step(-, Ref(b))]), Chain([Step(-,"
                        + " If(Ref(c), Chain([Step(-, Ref(d))]), Chain([Step(-, Ref(e))])))]))");
        assertThat(stmt("x -> s: { a -> b }")).contains("Step(s, Group(Chain([Step(-, Ref(a)), Step(-, Ref(b))])))");
    }

    @Test
    void tuples() {
        assertThat(expr("(a, b) -> cell(x)"))
                .isEqualTo("Chain([Step(-, Tuple([Ref(a), Ref(b)])), Step(-, Call(cell, [Arg(-, Ref(x))]))])");
        assertThat(stmt("x -> repeat 2 { (a, b) -> cell }"))
                .contains("Repeat(2, Chain([Step(-, Tuple([Ref(a), Ref(b)])), Step(-, Ref(cell))]))");
    }

    @Test
    void chainsAsArguments() {
        assertThat(expr("cell(frames -> slice(C, t, t + 1), k=a -> b)"))
                .isEqualTo("Call(cell, [Arg(-, Chain([Step(-, Ref(frames)),"
                        + " Step(-, Call(slice, [Arg(-, Ref(C)), Arg(-, Ref(t)), Arg(-, Binary(ADD, Ref(t), 1))]))])),"
                        + " Arg(k, Chain([Step(-, Ref(a)), Step(-, Ref(b))]))])");
    }

    // ---- expressions

    @Test
    void precedence() {
        assertThat(expr("a || b && !c == d < 1..n + 2 * -x.C[0]"))
                .isEqualTo(
                        "Binary(OR, Ref(a), Binary(AND, Ref(b), Binary(LESS, Binary(EQUAL, Unary(NOT, Ref(c)), Ref(d)),"
                                + " Binary(RANGE, 1, Binary(ADD, Ref(n), Binary(MULTIPLY, 2,"
                                + " Unary(NEGATE, Index(Member(Ref(x), C), 0))))))))");
        assertThat(expr("a - b - c")).isEqualTo("Binary(SUBTRACT, Binary(SUBTRACT, Ref(a), Ref(b)), Ref(c))");
        assertThat(expr("a ? b : c ? d : e"))
                .isEqualTo("Conditional(Ref(a), Ref(b), Conditional(Ref(c), Ref(d), Ref(e)))");
        assertThat(expr("(a + b) * c")).isEqualTo("Binary(MULTIPLY, Binary(ADD, Ref(a), Ref(b)), Ref(c))");
    }

    @Test
    void leaves() {
        assertThat(expr("[0.10, 1e-3, 3x5, true, \"a\\\"b\\\\c\", 5 epochs, 1 epoch, 8 GiB, 2 step]"))
                .isEqualTo("ListLiteral([0.10, 0.001, Extent([3, 5]), Bool(true), \"a\"b\\c\", Quantity(5, EPOCH),"
                        + " Quantity(1, EPOCH), Quantity(8, GIB), Quantity(2, STEP)])");
        assertThat(expr("f()")).isEqualTo("Call(f, [])");
        assertThat(expr("f")).isEqualTo("Ref(f)");
        assertThat(expr("step(a)")).isEqualTo("Call(step, [Arg(-, Ref(a))])");
    }

    @Test
    void softWordsAreNames() {
        assertThat(stmt("input input: f32[N]\nlabel label: f32[N]\nlet let = loss -> train"))
                .startsWith("Input(input, ")
                .contains("Label(label, ", "Let([let], Chain([Step(-, Ref(loss))");
        assertThat(expr("early(metric=loss, for=data, if=x.net)"))
                .isEqualTo("Call(early, [Arg(metric, Ref(loss)), Arg(for, Ref(data)), Arg(if, Member(Ref(x), net))])");
    }

    // ---- settings

    @Test
    void weightsAndData() {
        assertThat(setting("init \"se.**\" from \"w.safetensors\" except \"head.**\", \"x\" map \"old.*\" = \"new.*\""))
                .isEqualTo(
                        "Init([\"se.**\"], \"w.safetensors\", [\"head.**\", \"x\"], [Rename(\"old.*\", \"new.*\")])");
        assertThat(setting("init from \"w\"")).isEqualTo("Init([], \"w\", [], [])");
        assertThat(setting("data mnist(batch=128)")).isEqualTo("Data(Call(mnist, [Arg(batch, 128)]))");
        assertThat(setting("feed a = first, b = second")).isEqualTo("Feed([Binding(a, first), Binding(b, second)])");
        assertThat(setting("transform train { resize(256) -> hflip(0.5) }"))
                .isEqualTo(
                        "Transform(train, Chain([Step(-, Call(resize, [Arg(-, 256)])), Step(-, Call(hflip, [Arg(-, 0.5)]))]))");
    }

    @Test
    void optimization() {
        assertThat(setting("optimize critic: adam(lr=1e-3)"))
                .isEqualTo("Optimize(critic, Call(adam, [Arg(lr, 0.001)]))");
        assertThat(setting("optimize sgd")).isEqualTo("Optimize(-, Call(sgd, []))");
        assertThat(setting("schedule step(every=5 epochs)"))
                .isEqualTo("Schedule(Call(step, [Arg(every, Quantity(5, EPOCH))]))");
        assertThat(setting("precision mixed(bf16)")).isEqualTo("Precision(Call(mixed, [Arg(-, Ref(bf16))]))");
        assertThat(setting("group \"**.bias\" decay*0 lr*0.1"))
                .isEqualTo("ParamGroup([\"**.bias\"], [Tune(decay, 0), Tune(lr, 0.1)])");
    }

    @Test
    void phasesAndLimits() {
        assertThat(setting("phase head for 3 epochs { freeze \"a\", \"b\" with stats freeze \"c\" }"))
                .isEqualTo("Phase(head, Quantity(3, EPOCH), [Freeze([\"a\", \"b\"], true), Freeze([\"c\"], false)])");
        assertThat(setting("budget memory <= 8 GiB"))
                .isEqualTo("Budget(Binary(AT_MOST, Ref(memory), Quantity(8, GIB)))");
        assertThat(setting("checkpoint every=1 epoch keep=3"))
                .isEqualTo("Checkpoint([Arg(every, Quantity(1, EPOCH)), Arg(keep, 3)])");
        assertThat(setting("stop after(20 epochs)")).isEqualTo("Stop(Call(after, [Arg(-, Quantity(20, EPOCH))]))");
        assertThat(setting("expect acc >= 0.99")).isEqualTo("Expect(Binary(AT_LEAST, Ref(acc), 0.99))");
    }
}
