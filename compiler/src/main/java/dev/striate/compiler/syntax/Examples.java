package dev.striate.compiler.syntax;

import dev.striate.grammar.CnnParser.*;
import java.util.Map;
import org.antlr.v4.runtime.ParserRuleContext;

/** How things are written, for the fixes of messages, by the word that begins them. */
final class Examples {
    private static final Map<String, String> BY_WORD = Map.ofEntries(
            Map.entry("package", "package zoo.mnist"),
            Map.entry("import", "import striate.models.resnet.{ResNet18}"),
            Map.entry("net", "net LeNet5(classes: int = 10) { … }"),
            Map.entry("block", "block Tower(x, dim: int) { … }"),
            Map.entry("train", "train Mnist for LeNet5 { … }"),
            Map.entry("input", "input image: f32[N, 3, 224, 224]"),
            Map.entry("label", "label digit: class[N, 10]"),
            Map.entry("let", "let y = x -> relu"),
            Map.entry("output", "output y = x"),
            Map.entry("param", "param gamma: f32[x.C] = constant(1e-6)"),
            Map.entry("shared", "shared tower = Tower(2)"),
            Map.entry("defaults", "defaults conv(bias=false), fc(bias=false)"),
            Map.entry("when", "when train { … }"),
            Map.entry("loss", "loss xent = cross_entropy(logits, digit)"),
            Map.entry("metric", "metric acc = top1(logits, digit)"),
            Map.entry("objective", "objective 0.3 * a + b"),
            Map.entry("assert", "assert params() == 61706"),
            Map.entry("repeat", "x -> repeat 2 { conv(64, 3) -> relu }"),
            Map.entry("for", "x -> for c in [64, 128] { conv(c, 3) -> relu }"),
            Map.entry("if", "x -> if stride != 1 { conv(64, 1) } else { identity }"),
            Map.entry("each", "concat(axis=C) { each i in 0..4 { conv(8, 3) } }"),
            Map.entry("init", "init from \"weights.safetensors\" except \"head.**\""),
            Map.entry("data", "data mnist(batch=128, seed=42)"),
            Map.entry("feed", "feed a = first, b = second"),
            Map.entry("transform", "transform train { hflip(0.5) -> normalize(imagenet) }"),
            Map.entry("optimize", "optimize sgd(lr=0.1, momentum=0.9)"),
            Map.entry("schedule", "schedule cosine(to=0)"),
            Map.entry("precision", "precision mixed(bf16)"),
            Map.entry("group", "group \"**.bias\" decay*0"),
            Map.entry("freeze", "freeze \"stem.**\" with stats"),
            Map.entry("budget", "budget memory <= 8 GiB"),
            Map.entry("phase", "phase head for 3 epochs { … }"),
            Map.entry("checkpoint", "checkpoint every=1 epoch keep=3"),
            Map.entry("stop", "stop after(20 epochs)"),
            Map.entry("expect", "expect acc >= 0.99"));

    private Examples() {}

    /** A fix that shows how what begins with {@code word} is written; a chain, when the word begins nothing. */
    static String like(String word) {
        return "write it like `" + BY_WORD.getOrDefault(word, "image -> conv(8, 3x3) -> relu -> output y") + "`";
    }

    /** A fix that shows how the step, statement, setting or declaration is written that {@code context} is part of. */
    static String like(ParserRuleContext context) {
        ParserRuleContext around = context;
        while (around.getParent() != null && !isExemplary(around)) {
            around = around.getParent();
        }
        return switch (around) {
            case ChainContext c -> like("->");
            case NetInstanceContext c -> "write it like `net Flowers102 = ResNet18(classes=102)`";
            default -> like(around.getStart().getText());
        };
    }

    private static boolean isExemplary(ParserRuleContext context) {
        return switch (context) {
            case ChainContext c -> true;
            case ChoiceContext c -> true;
            case RepeatActionContext c -> true;
            case ForActionContext c -> true;
            case BranchContext c -> true;
            case StmtContext c -> true;
            case SettingContext c -> true;
            case DeclContext c -> true;
            case ImportDeclContext c -> true;
            case PackageDeclContext c -> true;
            default -> false;
        };
    }
}
