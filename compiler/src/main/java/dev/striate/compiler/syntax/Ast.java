package dev.striate.compiler.syntax;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The abstract syntax tree of a {@code .cnn} file: what was written, nothing resolved. All lists are immutable.
 *
 * <p>A value is an {@link Expr}; a chain is one, too, so that {@code a -> conv(3)} can stand wherever a value can.
 * Whether a name means a value, a layer, a block or a dimension is not known here.
 */
public sealed interface Ast {
    /** Where it was written. */
    Span span();

    /** A word that names something. */
    record Name(String text, Span span) implements Ast {}

    /** {@code "text"}: {@code value} is what is between the quotes, escapes replaced. */
    record Text(String value, Span span) implements Expr {}

    /**
     * A file. When not {@code complete}, a declaration or an import could not be read and is missing here, so that an
     * unknown name may be a consequence and should not be reported.
     */
    record File(
            SourceFile source,
            @Nullable PackageDecl pkg,
            List<Import> imports,
            List<Decl> decls,
            boolean complete,
            Span span)
            implements Ast {}

    /** {@code package zoo.mnist}; its documentation is about the whole file. */
    record PackageDecl(List<Name> path, @Nullable String doc, Span span) implements Ast {}

    /** {@code import zoo.blocks.{A, B}}; {@code import zoo.blocks.A} has the names {@code [A]}. */
    record Import(List<Name> path, List<Name> names, Span span) implements Ast {}

    // ---- declarations

    /** What stands at the level of the file. */
    sealed interface Decl extends Ast {
        /** Whether a part of it could not be read and was left out: do not report what may follow from that. */
        boolean damaged();
    }

    /** {@code block name(params) { body }}. */
    record Block(
            Name name,
            List<Param> params,
            List<Stmt> body,
            @Nullable String doc,
            boolean damaged,
            Span span) implements Decl {}

    /** {@code net name(params) { body }}. */
    record Net(
            Name name,
            List<Param> params,
            List<Stmt> body,
            @Nullable String doc,
            boolean damaged,
            Span span) implements Decl {}

    /** {@code net name = Other(arguments)}. */
    record NetInstance(Name name, Call net, @Nullable String doc, boolean damaged, Span span) implements Decl {}

    /** {@code train name for net { settings }}. */
    record Train(
            Name name,
            Call net,
            List<Setting> settings,
            @Nullable String doc,
            boolean damaged,
            Span span) implements Decl {}

    /** {@code defaults} for the rest of the file. */
    record FileDefaults(Defaults defaults, boolean damaged, Span span) implements Decl {}

    /** A parameter of a net or block: {@code x} (a value) or {@code c: int = 10}. */
    record Param(Name name, @Nullable Type type, @Nullable Expr defaultValue, Span span) implements Ast {}

    /** {@code f32[N, 3, H, W]}, {@code class[N, k]}, {@code int}. */
    record Type(Name name, List<Expr> dims, Span span) implements Ast {}

    // ---- statements of a net or block

    /** A statement of a net or block. */
    sealed interface Stmt extends Ast {}

    /** {@code input name: type = source where conditions}. */
    record Input(
            Name name,
            Type type,
            @Nullable Call source,
            List<Expr> where,
            @Nullable String doc,
            Span span) implements Stmt {}

    /** {@code label name: type where conditions}. */
    record Label(
            Name name,
            Type type,
            List<Expr> where,
            @Nullable String doc,
            Span span) implements Stmt {}

    /** {@code let a, b = value}. */
    record Let(List<Name> names, Expr value, Span span) implements Stmt {}

    /** {@code output name = value}; within a chain it is an {@link OutputStep}. */
    record Output(Name name, Expr value, @Nullable String doc, Span span) implements Stmt {}

    /** {@code param name: type = initializer}, a learned tensor. */
    record Learned(
            Name name,
            Type type,
            @Nullable Call init,
            @Nullable String doc,
            Span span) implements Stmt {}

    /** {@code shared name = Block(arguments)}. */
    record Shared(Name name, Call block, Span span) implements Stmt {}

    /** {@code defaults conv(bias=false), fc(bias=false)}. */
    record Defaults(List<Call> calls, Span span) implements Stmt {}

    /** {@code when train { body }}. */
    record When(Name phase, List<Stmt> body, Span span) implements Stmt {}

    /** {@code loss name = value}. */
    record Loss(Name name, Expr value, Span span) implements Stmt {}

    /** {@code metric name = value}. */
    record Metric(Name name, Expr value, Span span) implements Stmt {}

    /** {@code objective name = value updates "d.**"}; without globs it updates every parameter. */
    record Objective(@Nullable Name name, Expr value, List<Text> updates, Span span) implements Stmt {}

    /**
     * {@code assert condition at N == 1, H == 224}; each of {@code at} is an {@code EQUAL} with a {@link Ref} at the
     * left.
     */
    record Assert(Expr condition, List<Expr> at, Span span) implements Stmt {}

    /** {@code image -> conv(3) -> output y}. */
    record ChainStmt(Chain chain, Span span) implements Stmt {}

    // ---- chains

    /**
     * {@code head -> step -> step}. As a value the head stands by itself and may be any expression. In braces ({@link
     * Group}, {@link Merge}, loops, {@link If}) a head that is a layer takes what comes in; there, too, it may be a
     * value.
     */
    record Chain(List<Step> steps, Span span) implements Expr, Branch {}

    /** {@code label: what}. */
    record Step(@Nullable Name label, StepKind what, Span span) implements Ast {}

    /**
     * What a step does: an expression (a {@link Ref} or {@link Call} of a layer, a value, a tuple), or one of these.
     */
    sealed interface StepKind extends Ast {}

    /** {@code output name} within a chain. */
    record OutputStep(Name name, Span span) implements StepKind {}

    /** {@code repeat count { body }}. */
    record Repeat(Expr count, Chain body, Span span) implements StepKind {}

    /** {@code for variable in elements { body }}. */
    record For(Name variable, Expr elements, Chain body, Span span) implements StepKind {}

    /**
     * {@code if condition { then } else { otherwise }}; {@code else if} is an {@code If} alone in {@code otherwise}.
     */
    record If(Expr condition, Chain then, @Nullable Chain otherwise, Span span) implements StepKind {}

    /** {@code { body }}. */
    record Group(Chain body, Span span) implements StepKind {}

    /** A branch of a {@link Merge}: a chain, or {@code each}. */
    sealed interface Branch extends Ast {}

    /** {@code each variable in elements { body }}: a branch per element. */
    record Each(Name variable, Expr elements, Chain body, Span span) implements Branch {}

    // ---- expressions

    /** Anything that has a value. */
    sealed interface Expr extends StepKind {}

    /** A name alone: a value, a parameter, a dimension, or a layer or block without arguments. */
    record Ref(Name name, Span span) implements Expr {}

    /** {@code callee(arguments)}. In an expression over values, {@code F(a, b)} means {@code a -> F(b)}. */
    record Call(Name callee, List<Arg> args, Span span) implements Expr {}

    /** {@code concat(axis=C) { a | b }}, {@code residual { a }}: a call with branches, only at a chain's steps. */
    record Merge(Call call, List<Branch> branches, Span span) implements Expr {}

    /** {@code value} or {@code name=value}. */
    record Arg(@Nullable Name name, Expr value, Span span) implements Ast {}

    /** {@code target.member}: {@code x.C}, {@code backbone.layer3}. */
    record Member(Expr target, Name member, Span span) implements Expr {}

    /** {@code target[index]}. */
    record Index(Expr target, Expr index, Span span) implements Expr {}

    /** {@code -x}, {@code !x}. */
    record Unary(UnaryOp op, Expr operand, Span span) implements Expr {}

    /** {@code left op right}. */
    record Binary(BinaryOp op, Expr left, Expr right, Span span) implements Expr {}

    /** {@code condition ? then : otherwise}. */
    record Conditional(Expr condition, Expr then, Expr otherwise, Span span) implements Expr {}

    /** {@code [a, b]}. */
    record ListLiteral(List<Expr> elements, Span span) implements Expr {}

    /** {@code (a, b)}, of two or more. Parentheses around one expression leave no trace. */
    record Tuple(List<Expr> elements, Span span) implements Expr {}

    /** {@code 0.5}, exactly. */
    record Num(BigDecimal value, Span span) implements Expr {}

    /** {@code 8 GiB}, {@code 20 epochs}. */
    record Quantity(Num amount, Unit unit, Span span) implements Expr {}

    /** {@code 3x3}, {@code 3x3x3}. */
    record Extent(List<Integer> sizes, Span span) implements Expr {}

    /** {@code true}, {@code false}. */
    record Bool(boolean value, Span span) implements Expr {}

    // ---- settings of a train declaration

    /** A setting of a {@code train} declaration or of a phase. */
    sealed interface Setting extends Ast {}

    /** {@code init "se.**" from "file" except "head.**" map "old.*" = "new.*"}; no {@code part} means all. */
    record Init(List<Text> part, Text from, List<Text> except, List<Rename> renames, Span span) implements Setting {}

    /** {@code "old.*" = "new.*"}. */
    record Rename(Text from, Text to, Span span) implements Ast {}

    /** {@code data mnist(batch=128)}. */
    record Data(Call call, Span span) implements Setting {}

    /** {@code feed a = first, b = second}. */
    record Feed(List<Binding> bindings, Span span) implements Setting {}

    /** {@code input = field} of a {@link Feed}. */
    record Binding(Name target, Name field, Span span) implements Ast {}

    /** {@code transform train { resize(256) -> hflip(0.5) }}. */
    record Transform(Name phase, Chain body, Span span) implements Setting {}

    /** {@code optimize objective: sgd(lr=0.1)}. */
    record Optimize(@Nullable Name objective, Call call, Span span) implements Setting {}

    /** {@code schedule cosine(to=0)}. */
    record Schedule(Call call, Span span) implements Setting {}

    /** {@code precision mixed(bf16)}. */
    record Precision(Call call, Span span) implements Setting {}

    /** {@code group "**.bias" decay*0 lr*0.1}. */
    record ParamGroup(List<Text> globs, List<Tune> tunes, Span span) implements Setting {}

    /** {@code lr*0.1} of a {@link ParamGroup}. */
    record Tune(Name what, Expr factor, Span span) implements Ast {}

    /** {@code freeze "stem.**" with stats}. */
    record Freeze(List<Text> globs, boolean withStats, Span span) implements Setting {}

    /** {@code budget memory <= 8 GiB}. */
    record Budget(Expr condition, Span span) implements Setting {}

    /** {@code phase name for 3 epochs { settings }}. */
    record Phase(Name name, Quantity duration, List<Setting> settings, Span span) implements Setting {}

    /** {@code checkpoint every=1 epoch keep=3}. */
    record Checkpoint(List<Arg> args, Span span) implements Setting {}

    /** {@code stop after(20 epochs)}. */
    record Stop(Call call, Span span) implements Setting {}

    /** {@code expect acc >= 0.99}. */
    record Expect(Expr condition, Span span) implements Setting {}

    // ---- closed sets

    /** Operators with one operand. */
    enum UnaryOp {
        NEGATE("-"),
        NOT("!");

        private final String sign;

        UnaryOp(String sign) {
            this.sign = sign;
        }

        /** As it is written. */
        public String sign() {
            return sign;
        }
    }

    /** Operators with two operands, tightest first. */
    enum BinaryOp {
        MULTIPLY("*"),
        DIVIDE("/"),
        REMAINDER("%"),
        ADD("+"),
        SUBTRACT("-"),
        RANGE(".."),
        AT_MOST("<="),
        AT_LEAST(">="),
        LESS("<"),
        GREATER(">"),
        EQUAL("=="),
        UNEQUAL("!="),
        AND("&&"),
        OR("||");

        private final String sign;

        BinaryOp(String sign) {
            this.sign = sign;
        }

        /** As it is written. */
        public String sign() {
            return sign;
        }
    }

    /** Units of a quantity. */
    enum Unit {
        EPOCH,
        STEP,
        KIB,
        MIB,
        GIB,
        MMAC,
        GMAC
    }
}
