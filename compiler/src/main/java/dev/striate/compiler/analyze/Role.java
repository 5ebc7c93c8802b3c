package dev.striate.compiler.analyze;

import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import java.util.List;

/** What an operator at some place must be. */
enum Role {
    /** A step of a chain. */
    LAYER("layer", "layers", "image -> %s"),
    /** What follows {@code loss name =}. */
    LOSS("loss", "losses", "loss l = %s(…)"),
    /** What follows {@code metric name =}. */
    METRIC("metric", "metrics", "metric m = %s(…)");

    private final String word;
    private final String plural;
    private final String example;

    Role(String word, String plural, String example) {
        this.word = word;
        this.plural = plural;
        this.example = example;
    }

    /** In messages. */
    String word() {
        return word;
    }

    /** Several, in messages. */
    String plural() {
        return plural;
    }

    /** Whether operators of {@code category} can stand there. */
    boolean takes(Category category) {
        return switch (this) {
            case LAYER -> category == Category.LAYER || category == Category.TRAINING_LAYER;
            case LOSS -> category == Category.LOSS;
            case METRIC -> category == Category.METRIC;
        };
    }

    /** How an operator of this role is used. */
    String example(String name) {
        return example.formatted(name);
    }

    /** The operators that can stand there. */
    List<String> names() {
        return Ops.ALL.stream()
                .filter(s -> takes(s.category()))
                .map(OpSpec::name)
                .toList();
    }
}
