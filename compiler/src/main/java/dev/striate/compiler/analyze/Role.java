package dev.striate.compiler.analyze;

import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import java.util.List;
import java.util.Set;

/** What an operator at some place must be. */
enum Role {
    /** A step of a chain. */
    LAYER("layer", Set.of(Category.LAYER, Category.TRAINING_LAYER), Unsupported.LAYERS, "image -> %s"),
    /** What follows {@code loss name =}. */
    LOSS("loss", Set.of(Category.LOSS), Unsupported.LOSSES, "loss l = %s(…)"),
    /** What follows {@code metric name =}. */
    METRIC("metric", Set.of(Category.METRIC), Unsupported.METRICS, "metric m = %s(…)");

    private final String word;
    private final Set<Category> categories;
    private final Set<String> later;
    private final String example;

    Role(String word, Set<Category> categories, Set<String> later, String example) {
        this.word = word;
        this.categories = categories;
        this.later = later;
        this.example = example;
    }

    /** In messages. */
    String word() {
        return word;
    }

    /** Several, in messages. */
    String plural() {
        return this == LOSS ? "losses" : word + "s";
    }

    /** Whether operators of {@code category} can stand there. */
    boolean takes(Category category) {
        return categories.contains(category);
    }

    /** Whether {@code name} is such an operator of the language that this version does not compile. */
    boolean isLater(String name) {
        return later.contains(name);
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
