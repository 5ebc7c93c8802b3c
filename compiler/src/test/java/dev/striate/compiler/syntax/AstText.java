package dev.striate.compiler.syntax;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tree as short text for tests: {@code Let([a], Ref(b))}, without spans. */
public final class AstText {
    private AstText() {}

    /** The text of a part of a tree. */
    public static String of(@Nullable Object node) {
        return switch (node) {
            case null -> "-";
            case Ast.Name name -> name.text();
            case Ast.Num num -> num.value().toString();
            case Ast.Text text -> '"' + text.value() + '"';
            case List<?> list -> list.stream().map(AstText::of).collect(Collectors.joining(", ", "[", "]"));
            case Record node2 ->
                Arrays.stream(node2.getClass().getRecordComponents())
                        .filter(c -> c.getType() != Span.class && c.getType() != SourceFile.class)
                        .map(c -> of(value(node2, c)))
                        .collect(Collectors.joining(", ", node2.getClass().getSimpleName() + "(", ")"));
            default -> node.toString();
        };
    }

    static @Nullable Object value(Record node, RecordComponent component) {
        try {
            return component.getAccessor().invoke(node);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
