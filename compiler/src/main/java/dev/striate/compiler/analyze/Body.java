package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements of one net, or of one call of a block: what they declare later, and what comes out of them. */
final class Body {
    /** What the statements are. */
    enum Kind {
        /** A net that is compiled for itself, whose outputs its users read. */
        NET,
        /** A net that is called as a block: inputs and outputs travel, labels, losses, metrics and contracts do not. */
        CALLED_NET,
        /** A block. */
        BLOCK
    }

    private final Ast.Name name;
    private final Kind kind;
    private final Map<String, Span> declared;
    private final Map<String, Value> inputs;
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private Scope names;
    private @Nullable Value last;

    /** Statements whose names are in {@code names}; {@code inputs} are what a called net is given. */
    Body(Ast.Name name, Kind kind, List<Ast.Stmt> statements, Map<String, Value> inputs, Scope names) {
        this.name = name;
        this.kind = kind;
        this.declared = Declared.in(statements);
        this.inputs = inputs;
        this.names = names;
    }

    /** The name of the net or block. */
    Ast.Name name() {
        return name;
    }

    /** What the statements are. */
    Kind kind() {
        return kind;
    }

    /** Where it declares a name of a value, whether that was reached already or not; null when it does not. */
    @Nullable
    Span declared(String value) {
        return declared.get(value);
    }

    /** What a called net is given for an input. */
    Value input(String input) {
        return inputs.getOrDefault(input, Value.unknown());
    }

    /** The scope of outputs, which can be used by their names behind the braces in which they stand. */
    Scope names() {
        return names;
    }

    /** Says where outputs are named from now on; the place before. */
    Scope names(Scope other) {
        Scope before = names;
        names = other;
        return before;
    }

    /** Adds an output. */
    void output(String output, Value value) {
        outputs.putIfAbsent(output, value);
    }

    /** Says what a chain that is a statement comes to. */
    void last(Value value) {
        last = value;
    }

    /** What a call gives: the outputs, or else what the last chain comes to; null when there is neither. */
    @Nullable
    Value result() {
        return outputs.isEmpty() ? last : Value.of(List.copyOf(outputs.values()));
    }
}
