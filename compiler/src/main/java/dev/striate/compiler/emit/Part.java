package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Fields with the statements that record them and those that run them: of a session, or of a class nested in it. */
final class Part {
    /** The most statements of one method. */
    private static final int LONGEST = 60;

    private record Statement(CodeBlock code, String place) {}

    final Names names;
    private final String file;
    private final List<FieldSpec.Builder> fields = new ArrayList<>();
    private final List<Statement> recorded = new ArrayList<>();
    private final List<CodeBlock> run = new ArrayList<>();

    Part(String file, Names names) {
        this.file = file;
        this.names = names;
    }

    /** Declares a field. */
    String field(TypeName type, String name) {
        fields.add(FieldSpec.builder(type, name, Modifier.PRIVATE));
        return name;
    }

    /** Adds a statement that sets a field to what the binder gives for a line of the source. */
    void record(String field, CodeBlock call, String source, int line) {
        tell(field + " = ", call, source, line);
    }

    /** Adds a statement that tells the binder something about a line of the source. */
    void tell(CodeBlock call, String source, int line) {
        tell("", call, source, line);
    }

    private void tell(String before, CodeBlock call, String source, int line) {
        Fragment code = new Fragment().text(before).text("b.at(");
        if (!source.equals(file)) {
            code.string(source).text(", ");
        }
        record(code.text(line + ").").block("$L", call).build(), source + ":" + line);
    }

    /** Adds a statement that records. */
    void record(CodeBlock code, String place) {
        recorded.add(new Statement(code, place));
    }

    /** Adds a loop that records, and runs what it recorded. */
    void repeat(CodeBlock header, CodeBlock recording, CodeBlock running) {
        CodeBlock loop = CodeBlock.of("$L {\n$>$L;\n$<}\n", header, recording);
        recorded.add(new Statement(loop, ""));
        run.add(CodeBlock.of("$L {\n$>$L;\n$<}\n", header, running));
    }

    /** Adds a statement that runs what was recorded. */
    void run(String field) {
        run.add(CodeBlock.of("$L", field + ".run();\n"));
    }

    private boolean isLong() {
        return recorded.size() > LONGEST + LONGEST / 2;
    }

    /** The fields: final unless they are set in several methods. */
    List<FieldSpec> fields() {
        return fields.stream()
                .map(f -> isLong() ? f.build() : f.addModifiers(Modifier.FINAL).build())
                .toList();
    }

    /**
     * The statements that record, each with its line of the source behind it where that changes. When they are too many for
     * one method, they are calls of others, which are added to the class.
     */
    CodeBlock recording(TypeSpec.Builder type, List<ParameterSpec> parameters) {
        if (!isLong()) {
            return commented(recorded);
        }
        CodeBlock.Builder calls = CodeBlock.builder();
        CodeBlock arguments = CodeBlock.join(
                parameters.stream().map(p -> CodeBlock.of("$N", p)).toList(), ", ");
        for (int from = 0; from < recorded.size(); from += LONGEST) {
            String name = names.unique("record" + (from / LONGEST + 1), "_");
            calls.add("$L($L);\n", name, arguments);
            type.addMethod(MethodSpec.methodBuilder(name)
                    .addModifiers(Modifier.PRIVATE)
                    .addParameters(parameters)
                    .addCode(commented(recorded.subList(from, Math.min(from + LONGEST, recorded.size()))))
                    .build());
        }
        return calls.build();
    }

    private CodeBlock commented(List<Statement> statements) {
        CodeBlock.Builder code = CodeBlock.builder();
        String last = "";
        for (Statement s : statements) {
            if (s.place.isEmpty()) { // a loop, which belongs to the statement before
                code.add(s.code);
                continue;
            }
            code.add("$L$L", s.code, s.place.equals(last) ? ";\n" : "; // " + s.place + "\n");
            last = s.place;
        }
        return code.build();
    }

    /** The statements that run, in several methods when they are too many for one. */
    CodeBlock running(TypeSpec.Builder type) {
        if (run.size() <= LONGEST * 4) { // a call takes few bytes
            return CodeBlock.join(run, "");
        }
        CodeBlock.Builder calls = CodeBlock.builder();
        for (int from = 0; from < run.size(); from += LONGEST * 4) {
            String name = names.unique("run" + (from / (LONGEST * 4) + 1), "_");
            calls.add("$L();\n", name);
            type.addMethod(MethodSpec.methodBuilder(name)
                    .addModifiers(Modifier.PRIVATE)
                    .addCode(CodeBlock.join(run.subList(from, Math.min(from + LONGEST * 4, run.size())), ""))
                    .build());
        }
        return calls.build();
    }
}
