package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/** The methods of a net that open its sessions. */
final class Openers {
    private static final String NO_LOSS = " has no loss, so it cannot be trained";

    private final String net;
    private final Dimensions dimensions;

    /** Of a net with these symbolic dimensions. */
    Openers(String net, Dimensions dimensions) {
        this.net = net;
        this.dimensions = dimensions;
    }

    /**
     * The methods that open one kind of session: with the batch alone, and, where there are symbolic dimensions, with a
     * size for each and in the form that does not know how many there are.
     */
    List<MethodSpec> of(String method, String session) {
        ClassName type = ClassName.get("", session);
        if (dimensions.names().isEmpty()) {
            return List.of(opener(method, type)
                    .addStatement("return new $L(backend.binder(weights), batch)", session)
                    .build());
        }
        String variables = dimensions.names().stream().map(Dim::variable).collect(Collectors.joining(", "));
        String elements = IntStream.range(0, dimensions.names().size())
                .mapToObj(i -> "sizes[" + i + "]")
                .collect(Collectors.joining(", "));
        MethodSpec named = MethodSpec.methodBuilder(method)
                .addModifiers(Modifier.PUBLIC)
                .returns(type)
                .addJavadoc("With a size for each of {@link #dimensions}; see {@link #$L(Backend, int)}.", method)
                .addParameter(JavaEmitter.BACKEND, "backend")
                .addParameter(int.class, "batch")
                .addParameters(JavaEmitter.sizes(dimensions))
                .addStatement("return new $L(backend.binder(weights), batch, $L)", session, variables)
                .build();
        MethodSpec any = opener(method, type)
                .addParameter(int[].class, "sizes")
                .varargs()
                .addStatement("$T.count(dimensions(), sizes)", JavaEmitter.BINDER)
                .addStatement("return $L(backend, batch, $L)", method, elements)
                .build();
        MethodSpec none = opener(method, type)
                .addStatement("return $L(backend, batch, new int[0])", method)
                .build();
        return List.of(named, any, none);
    }

    /** The method that would open a training session of a net without a loss. */
    List<MethodSpec> untrainable() {
        return List.of(opener("training", JavaEmitter.SESSION)
                .addStatement("throw new $T($S)", IllegalStateException.class, net + NO_LOSS)
                .build());
    }

    /** The names of the symbolic dimensions, where there are some. */
    List<MethodSpec> dimensions() {
        if (dimensions.names().isEmpty()) {
            return List.of();
        }
        List<String> quoted = new ArrayList<>();
        dimensions.names().forEach(d -> quoted.add('"' + d + '"'));
        return List.of(JavaEmitter.override("dimensions", ParameterizedTypeName.get(List.class, String.class))
                .addStatement("return $T.of($L)", List.class, String.join(", ", quoted))
                .build());
    }

    private static MethodSpec.Builder opener(String method, ClassName returns) {
        return JavaEmitter.override(method, returns)
                .addParameter(JavaEmitter.BACKEND, "backend")
                .addParameter(int.class, "batch");
    }
}
