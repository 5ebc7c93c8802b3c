package dev.striate.compiler.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.striate.compiler.emit.StepForm.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** The nested class for all calls of a block that are written alike. */
final class BlockClass {
    /** The calls that a class names before it only counts. */
    private static final int MOST_PATHS = 3;

    private final String name;
    private final BlockForm form;
    private final List<ParameterSpec> sizes;
    private final boolean takesPath;
    private final boolean takesUse;
    private final List<String> steps = new ArrayList<>();
    private final Set<String> paths = new TreeSet<>();
    private final TypeSpec.Builder code;

    /**
     * A class, which is written at once: its form was read just now, and is in the processor's caches.
     *
     * @param sizes the batch and the symbolic sizes of the net
     * @param names those that its fields must not have
     */
    BlockClass(String name, BlockForm form, String file, List<ParameterSpec> sizes, Names names) {
        this.name = name;
        this.form = form;
        this.takesPath = form.takesPath();
        this.takesUse = form.takesUse();
        Set<String> used =
                form.steps().stream().flatMap(s -> s.variables().stream()).collect(Collectors.toSet());
        this.sizes = sizes.stream().filter(p -> used.contains(p.name())).toList();
        List.of("b", "path", "use").forEach(names::reserve);
        form.through().keySet().forEach(names::reserve);
        form.given().forEach(names::reserve);
        for (StepForm step : form.steps()) {
            steps.add(names.unique(step.field(), "Step"));
        }
        this.code = write(new Part(file, names));
    }

    ClassName type() {
        return ClassName.get("", name);
    }

    /** What a variable of the class is called. */
    String variable() {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** The field of a step, by its place. */
    String step(int index) {
        return steps.get(index);
    }

    /** Notes a call. */
    void calledFor(String path) {
        paths.add(path);
    }

    /** {@code new BasicBlock(b, n, "layer1.0", relu1)}, with a path, a use and further arguments. */
    Fragment create(Fragment path, Fragment use, List<String> arguments) {
        Fragment code = new Fragment().text("new ").text(name).text("(b");
        sizes.forEach(p -> code.text(", ").text(p.name()));
        if (takesPath) {
            code.text(", ").add(path);
        }
        if (takesUse) {
            code.text(", ").add(use);
        }
        arguments.forEach(a -> code.text(", ").text(a));
        return code.text(")");
    }

    private List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.builder(JavaEmitter.BINDER, "b").build());
        all.addAll(sizes);
        if (takesPath) {
            all.add(ParameterSpec.builder(String.class, "path").build());
        }
        if (takesUse) {
            all.add(ParameterSpec.builder(String.class, "use").build());
        }
        form.through()
                .forEach((variable, other) ->
                        all.add(ParameterSpec.builder(other.type(), variable).build()));
        form.given()
                .forEach(value ->
                        all.add(ParameterSpec.builder(JavaEmitter.VALUE, value).build()));
        return all;
    }

    private TypeSpec.Builder write(Part body) {
        for (int i = 0; i < form.steps().size(); i++) {
            StepForm step = form.steps().get(i);
            body.field(step.isLearned() ? JavaEmitter.VALUE : JavaEmitter.STEP, step(i));
            body.record(step(i), step.render(this::operand), step.file(), step.line());
            if (!step.isLearned()) {
                body.run(step(i));
            }
        }
        TypeSpec.Builder type = TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addFields(body.fields());
        CodeBlock recording = body.recording(type, parameters());
        return type.addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameters(parameters())
                        .addCode(recording)
                        .build())
                .addMethod(MethodSpec.methodBuilder("run")
                        .addModifiers(Modifier.PRIVATE)
                        .addCode(body.running(type))
                        .build());
    }

    /** The class as it is written, with the calls that were noted. */
    TypeSpec emit() {
        return code.addJavadoc("$L", doc()).build();
    }

    private String operand(Ref operand) {
        return switch (operand) {
            case Ref.Local local -> step(local.index());
            case Ref.Given value -> form.given().get(value.index());
            case Ref.Through other -> List.copyOf(form.through().keySet()).get(other.index()) + "." + other.step();
            case Ref.Named other -> throw new IllegalArgumentException("not in a nested class: " + other);
            case Ref.Parameter p -> throw new IllegalArgumentException("has no name: " + p);
        };
    }

    private String doc() {
        if (form.block() == null) {
            return "A part of the steps.";
        }
        String what = form.block().doc();
        String calls =
                paths.stream().limit(MOST_PATHS).map(p -> "{@code " + p + "}").collect(Collectors.joining(", "));
        int more = paths.size() - MOST_PATHS;
        String place = calls + (more > 0 ? " and " + more + " more" : "") + "; "
                + JavaEmitter.fileName(form.block().span().file().name()) + ":"
                + form.block().span().line() + ".";
        if (form.isBackwardPass()) {
            return "The gradients of {@code " + form.block().name() + "}: " + place;
        }
        return (what == null ? "{@code " + form.block().name() + "}: " : Docs.escape(what.strip()) + "\n\n<p>") + place;
    }
}
