package dev.striate.cli;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sizes for the symbolic dimensions of a net: from an option, from a picture, or from a data set. */
final class ChosenSizes {
    private static final Pattern EXTENT = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    private final String name;
    private final Graph graph;
    private final Dimensions dimensions;

    ChosenSizes(NetModel model) {
        this.name = model.name();
        this.graph = model.graph();
        this.dimensions = graph.dimensions();
    }

    /** Whether there is anything to choose. */
    boolean isFixed() {
        return dimensions.names().isEmpty();
    }

    /**
     * The sizes that {@code --size ROWSxCOLUMNS} asks for; without the option small ones.
     *
     * @throws Failure when it is no extent, or the net does not take pictures of that size
     */
    Map<String, Long> of(@Nullable String option) {
        if (option == null) {
            return dimensions.smallest();
        }
        Matcher extent = EXTENT.matcher(option);
        if (!extent.matches()) {
            throw Failure.usage("--size takes rows and columns, such as 240x320, not " + option);
        }
        int rows = Integer.parseInt(extent.group(1));
        int columns = Integer.parseInt(extent.group(2));
        if ((long) rows * columns > Integer.MAX_VALUE) {
            throw Failure.usage("--size " + option + ": a picture has at most 2^31 - 1 pixels");
        }
        Map<String, Long> asked = ofPicture(rows, columns)
                .orElseThrow(() -> Failure.usage("no size can be chosen: " + name + " fixes those of its pictures"));
        Map<String, Long> all = new LinkedHashMap<>(dimensions.smallest());
        all.putAll(asked);
        LegalSizes.problem(graph, all).ifPresent(p -> {
            throw Failure.usage("--size " + option + ": " + p.origin().place() + ": " + p.sentence());
        });
        return all;
    }

    /** What the rows and columns of a picture say; empty when no input depends on them, or they contradict the net. */
    Optional<Map<String, Long>> ofPicture(int rows, int columns) {
        return inputs().stream()
                .map(Node::shape)
                .filter(s -> s.rank() == 4)
                .flatMap(s -> matched(Shape.of(s.dim(2), s.dim(3)), Sizes.of(rows, columns)).stream())
                .findFirst();
    }

    /** The channels of the net's pictures; 3 where it takes none. */
    int channels() {
        return inputs().stream()
                .map(Node::shape)
                .filter(shape -> shape.rank() == 4)
                .flatMap(shape -> shape.dim(1).asLong().stream())
                .findFirst()
                .map(Math::toIntExact)
                .orElse(3);
    }

    /**
     * A net at the sizes that a data set has.
     *
     * @throws Failure when no field of the set fits an input, or the net cannot have its size
     */
    Net at(Net net, DataSet set) {
        if (isFixed()) {
            return net;
        }
        Map<String, Long> all = new LinkedHashMap<>(dimensions.smallest());
        for (Node input : inputs()) {
            Shape sample =
                    new Shape(input.shape().dims().subList(1, input.shape().rank()));
            set.fields().stream()
                    .filter(f -> f.kind() == Field.Kind.FLOAT)
                    .flatMap(f -> matched(sample, f.shape()).stream())
                    .findFirst()
                    .ifPresent(all::putAll);
        }
        LegalSizes.problem(graph, all).ifPresent(p -> {
            throw Failure.input(name + " does not take the samples of " + set.name() + ": "
                    + p.origin().place() + ": " + p.sentence());
        });
        return net.at(ordered(all));
    }

    /** Such as {@code H = 32, W = 32}. */
    String text(Map<String, Long> sizes) {
        return dimensions.names().stream().map(n -> n + " = " + sizes.get(n)).collect(Collectors.joining(", "));
    }

    /** The sizes in the order in which a session is given them. */
    int[] ordered(Map<String, Long> sizes) {
        return dimensions.names().stream()
                .mapToInt(n -> Math.toIntExact(sizes.getOrDefault(n, 0L)))
                .toArray();
    }

    private List<Node> inputs() {
        return graph.sources(Source.Input.class);
    }

    /** The sizes of the symbols that stand alone in {@code written}, when its numbers are those of {@code sizes}. */
    private Optional<Map<String, Long>> matched(Shape written, Sizes sizes) {
        Map<String, Long> symbols = new LinkedHashMap<>();
        if (written.rank() != sizes.rank()) {
            return Optional.empty();
        }
        for (int i = 0; i < sizes.rank(); i++) {
            Dim dim = written.dim(i);
            long size = sizes.dim(i);
            if (dim.constant().isPresent() && !dim.is(size)) {
                return Optional.empty();
            }
            dimensions.names().stream().filter(n -> dim.equals(Dim.symbol(n))).forEach(n -> symbols.put(n, size));
        }
        return symbols.isEmpty() ? Optional.empty() : Optional.of(symbols);
    }
}
