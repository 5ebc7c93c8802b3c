package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Fields with the statements that record them and those that run them: of a session, or of a class nested in it. */
final class Part {
    /** The most statements of one method. */
    private static final int LONGEST = 60;

    private record Field(TypeName type, String name) {}

    private record Statement(Fragment code, String place) {}

    final Names names;
    private final String file;
    private final List<Field> fields = new ArrayList<>();
    private final List<Statement> recorded = new ArrayList<>();
    private final List<Fragment> run = new ArrayList<>();

    Part(String file, Names names) {
        this.file = file;
        this.names = names;
    }

    /** Declares a field. */
    String field(TypeName type, String name) {
        fields.add(new Field(type, name));
        return name;
    }

    /** Adds a statement that sets a field to what the binder gives for a line of the source. */
    void record(String field, Fragment call, String source, int line) {
        tell(field + " = ", call, source, line);
    }

    /** Adds a statement that tells the binder something about a line of the source. */
    void tell(Fragment call, String source, int line) {
        tell("", call, source, line);
    }

    private void tell(String before, Fragment call, String source, int line) {
        Fragment code = new Fragment().text(before).text("b.at(");
        if (!source.equals(file)) {
            code.string(source).text(", ");
        }
        record(code.text(line + ").").add(call), source + ":" + line);
    }

    /** Adds a statement that records. */
    void record(Fragment code, String place) {
        recorded.add(new Statement(code, place));
    }

    /** Adds a loop that records, and runs what it recorded. */
    void repeat(String header, Fragment recording, Fragment running) {
        recorded.add(new Statement(loop(header, recording), ""));
        run.add(loop(header, running));
    }

    private static Fragment loop(String header, Fragment statement) {
        return new Fragment().block("$L {\n$>$L;\n$<}\n", header, statement.build());
    }

    /** Adds a statement that runs what was recorded. */
    void run(String field) {
        run.add(new Fragment().text(field).text(".run();\n"));
    }

    private boolean isLong() {
        return recorded.size() > LONGEST + LONGEST / 2;
    }

    /**
     * The fields: final unless they are set in several methods. Those of one type that follow one another are one declaration,
     * which JavaPoet does not have: the other names stand where a value would, and {@link Layout} moves them.
     */
    List<FieldSpec> fields() {
        List<FieldSpec> declarations = new ArrayList<>();
        for (int from = 0, to; from < fields.size(); from = to) {
            TypeName type = fields.get(from).type;
            to = from + 1;
            StringJoiner others = new StringJoiner(", ");
            for (; to < fields.size() && fields.get(to).type.equals(type); to++) {
                others.add(fields.get(to).name);
            }
            FieldSpec.Builder declaration = FieldSpec.builder(type, fields.get(from).name, Modifier.PRIVATE);
            if (!isLong()) {
                declaration.addModifiers(Modifier.FINAL);
            }
            if (to > from + 1) {
                declaration.initializer("$L", others);
            }
            declarations.add(declaration.build());
        }
        return declarations;
    }

    /**
     * The statements that record, each with its line of the source behind it where that changes. When they are too many for
     * one method, they are calls of others, which are added to the class.
     */
    CodeBlock recording(TypeSpec.Builder type, List<ParameterSpec> parameters) {
        if (!isLong()) {
            return commented(recorded);
        }
        Fragment calls = new Fragment();
        String arguments = parameters.stream().map(ParameterSpec::name).collect(Collectors.joining(", "));
        for (int from = 0; from < recorded.size(); from += LONGEST) {
            String name = names.unique("record" + (from / LONGEST + 1), "_");
            calls.text(name + "(" + arguments + ");\n");
            type.addMethod(MethodSpec.methodBuilder(name)
                    .addModifiers(Modifier.PRIVATE)
                    .addParameters(parameters)
                    .addCode(commented(recorded.subList(from, Math.min(from + LONGEST, recorded.size()))))
                    .build());
        }
        return calls.build();
    }

    private CodeBlock commented(List<Statement> statements) {
        Fragment code = new Fragment();
        String last = "";
        for (Statement s : statements) {
            if (s.place.isEmpty()) { // a loop, which belongs to the statement before
                code.add(s.code);
                continue;
            }
            code.add(s.code).text(s.place.equals(last) ? ";\n" : "; // " + s.place + "\n");
            last = s.place;
        }
        return code.build();
    }

    /** The statements that run, in several methods when they are too many for one. */
    CodeBlock running(TypeSpec.Builder type) {
        if (run.size() <= LONGEST * 4) { // a call takes few bytes
            return joined(run);
        }
        Fragment calls = new Fragment();
        for (int from = 0; from < run.size(); from += LONGEST * 4) {
            String name = names.unique("run" + (from / (LONGEST * 4) + 1), "_");
            calls.text(name + "();\n");
            type.addMethod(MethodSpec.methodBuilder(name)
                    .addModifiers(Modifier.PRIVATE)
                    .addCode(joined(run.subList(from, Math.min(from + LONGEST * 4, run.size()))))
                    .build());
        }
        return calls.build();
    }

    private static CodeBlock joined(List<Fragment> statements) {
        Fragment all = new Fragment();
        statements.forEach(all::add);
        return all.build();
    }
}
