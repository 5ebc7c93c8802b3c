package dev.striate.compiler.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Draws well-formed files over the whole grammar, in random layout. */
final class RandomFiles {
    private static final Set<String> NEED_NO_SPACE = Set.of("(", ")", "[", "]", "{", "}", ",");
    private static final Set<String> BEGIN_STATEMENTS = Set.of("label", "loss", "data", "output");
    private static final Set<String> JOINTS = Set.of(
            "->", ",", "=", ":", ".", "..", "+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?",
            "|", "(", "[", "!", "in", "for", "repeat", "if");
    private static final List<String> NAMES =
            List.of("a", "b", "x", "conv", "relu", "C", "N", "Basic", "label", "loss", "data", "a_rather_long_name");
    private static final List<String> OPERATORS =
            List.of("*", "/", "%", "+", "-", "..", "<=", ">=", "<", ">", "==", "!=", "&&", "||");

    private final Random random;
    private final List<String> words = new ArrayList<>();

    private RandomFiles(long seed) {
        this.random = new Random(seed);
    }

    /** A file; {@code comments} is the share of gaps between words that have one. */
    static String draw(long seed, double comments) {
        RandomFiles file = new RandomFiles(seed);
        file.file();
        return file.text(comments);
    }

    // ---- layout

    private String text(double comments) {
        StringBuilder text = new StringBuilder();
        String before = "{";
        for (String word : words) {
            if (BEGIN_STATEMENTS.contains(word) && JOINTS.contains(before)) {
                text.append(' '); // on a new line the parser takes it for a statement after one that is not finished
            } else if (word.equals("(") && Character.isJavaIdentifierPart(before.charAt(before.length() - 1))) {
                text.append(chance(0.6) ? "" : "  "); // arguments begin on the line of their name
            } else {
                gap(text, comments, NEED_NO_SPACE.contains(before) || NEED_NO_SPACE.contains(word));
            }
            text.append(word);
            before = word;
        }
        gap(text, comments, true);
        return text.toString();
    }

    private void gap(StringBuilder text, double comments, boolean mayBeEmpty) {
        text.append(mayBeEmpty && chance(0.6) ? "" : space());
        while (random.nextDouble() < comments) {
            String body = " " + name() + " " + random.nextInt(1000);
            switch (random.nextInt(4)) {
                case 0 -> text.append("//").append(body).append('\n');
                case 1 -> text.append("/*").append(body).append(" */");
                case 2 ->
                    text.append("/*").append(body).append("\n   *").append(body).append(" */");
                default -> text.append("///").append(body).append("\r\n");
            }
            text.append(space());
        }
    }

    private String space() {
        return switch (random.nextInt(12)) {
            case 0 -> "\n" + " ".repeat(random.nextInt(12));
            case 1 -> "\r\n\n\n";
            case 2 -> "  ";
            case 3 -> "\t";
            case 4 -> " ".repeat(1 + random.nextInt(8));
            default -> " ";
        };
    }

    // ---- words

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private void add(String... more) {
        words.addAll(List.of(more));
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    /** Between {@code least} and two more parts, with a separator between them unless that is empty. */
    private void list(int least, String separator, Runnable part) {
        int count = least + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            if (i > 0 && !separator.isEmpty()) {
                add(separator);
            }
            part.run();
        }
    }

    private void maybe(Runnable part) {
        if (chance(0.4)) {
            part.run();
        }
    }

    // ---- declarations

    private void file() {
        maybe(() -> {
            add("package");
            list(1, ".", () -> add(name()));
        });
        list(0, "", () -> {
            add("import", name(), ".", name());
            maybe(() -> {
                add(".", "{");
                list(1, ",", () -> add(name()));
                add("}");
            });
        });
        list(1, "", this::decl);
    }

    private void decl() {
        switch (random.nextInt(5)) {
            case 0 -> {
                add("net", name(), "=");
                call(2);
            }
            case 1 -> {
                add("train", name(), "for");
                call(2);
                settings(2);
            }
            case 2 -> defaults();
            default -> {
                add(chance(0.5) ? "net" : "block", name());
                maybe(this::params);
                stmts(2);
            }
        }
    }

    private void defaults() {
        add("defaults");
        list(1, ",", () -> call(1));
    }

    private void params() {
        add("(");
        list(0, ",", () -> {
            add(name());
            maybe(() -> {
                add(":");
                type();
                maybe(() -> {
                    add("=");
                    value(1);
                });
            });
        });
        add(")");
    }

    private void type() {
        add(name());
        maybe(() -> {
            add("[");
            list(1, ",", () -> expr(1));
            add("]");
        });
    }

    // ---- statements

    private void stmts(int depth) {
        add("{");
        list(depth, "", () -> stmt(depth));
        add("}");
    }

    private void stmt(int depth) {
        switch (random.nextInt(depth > 0 ? 16 : 15)) {
            case 0 -> typed("input", true);
            case 1 -> typed("label", false);
            case 2 -> {
                add("let");
                list(1, ",", () -> add(name()));
                add("=");
                value(2);
            }
            case 3 -> named("output");
            case 4 -> named("loss");
            case 5 -> named("metric");
            case 6 -> {
                add("param", name(), ":");
                type();
            }
            case 7 -> {
                add("shared", name(), "=");
                call(2);
            }
            case 8 -> defaults();
            case 9 -> objective();
            case 10 -> {
                add("assert");
                expr(3);
                maybe(() -> {
                    add("at");
                    list(1, ",", () -> {
                        add(name(), "==");
                        expr(1);
                    });
                });
            }
            case 15 -> {
                add("when", "train");
                stmts(depth - 1);
            }
            default -> chain(3);
        }
    }

    private void typed(String what, boolean mayHaveSource) {
        add(what, name(), ":");
        type();
        if (mayHaveSource && chance(0.3)) {
            add("=");
            call(1);
        }
        maybe(() -> {
            add("where");
            list(1, ",", () -> expr(1));
        });
    }

    private void named(String what) {
        add(what, name(), "=");
        value(3);
    }

    private void objective() {
        add("objective");
        maybe(() -> add(name(), "="));
        value(2);
        maybe(() -> {
            add("updates");
            globs();
        });
    }

    private void chain(int depth) {
        maybe(() -> add("l", ":"));
        add("x");
        if (chance(0.3)) {
            add(".", name());
        } else if (chance(0.3)) {
            args(depth);
            maybe(() -> branches(depth));
        }
        list(1, "", () -> {
            add("->");
            step(depth);
        });
    }

    private void step(int depth) {
        maybe(() -> add(name(), ":"));
        switch (random.nextInt(depth > 0 ? 12 : 5)) {
            case 0 -> add("output", name());
            case 1, 2 -> add(name());
            case 3 -> call(depth);
            case 4 -> add(name(), ".", "repeat");
            case 5 -> {
                add("repeat");
                expr(1);
                body(depth - 1);
            }
            case 6 -> {
                add("for", name(), "in");
                expr(2);
                body(depth - 1);
            }
            case 7 -> choice(depth - 1);
            case 8 -> body(depth - 1);
            case 9, 10 -> {
                call(1);
                branches(depth - 1);
            }
            default -> {
                add("step");
                maybe(() -> args(1));
            }
        }
    }

    private void choice(int depth) {
        add("if");
        expr(2);
        body(depth);
        maybe(() -> {
            add("else");
            if (chance(0.3)) {
                choice(depth);
            } else {
                body(depth);
            }
        });
    }

    private void body(int depth) {
        add("{");
        inner(depth);
        add("}");
    }

    private void inner(int depth) {
        if (chance(0.1)) {
            tuple();
        } else {
            step(depth);
        }
        list(0, "", () -> {
            add("->");
            step(depth);
        });
    }

    private void tuple() {
        add("(");
        expr(1);
        add(",");
        list(1, ",", () -> expr(1));
        add(")");
    }

    private void branches(int depth) {
        add("{");
        list(1, "|", () -> {
            if (chance(0.1)) {
                add("each", name(), "in");
                expr(1);
                body(depth);
            } else {
                inner(depth);
            }
        });
        add("}");
    }

    private void call(int depth) {
        add(name());
        if (chance(0.7)) {
            args(depth);
        }
    }

    private void args(int depth) {
        add("(");
        list(0, ",", () -> {
            maybe(() -> add(chance(0.2) ? "where" : name(), "="));
            value(depth - 1);
        });
        add(")");
    }

    private void value(int depth) {
        if (chance(0.15)) {
            call(1);
            branches(Math.max(0, depth));
        } else {
            expr(depth);
        }
        if (chance(0.3)) {
            add("->");
            step(Math.max(0, depth));
        }
    }

    // ---- settings

    private void settings(int depth) {
        add("{");
        list(1, "", () -> setting(depth));
        add("}");
    }

    private void setting(int depth) {
        switch (random.nextInt(depth > 0 ? 10 : 8)) {
            case 0 -> init();
            case 1 -> {
                add("feed");
                list(1, ",", () -> add(name(), "=", name()));
            }
            case 2 -> {
                add("transform", "train");
                body(1);
            }
            case 3 -> {
                add("optimize");
                maybe(() -> add(name(), ":"));
                call(2);
            }
            case 4 -> {
                add("group");
                globs();
                list(1, "", () -> {
                    add("lr", "*");
                    expr(1);
                });
            }
            case 5 -> {
                add("freeze");
                globs();
                maybe(() -> add("with", "stats"));
            }
            case 6 -> {
                add("checkpoint");
                list(1, "", () -> {
                    add(name(), "=");
                    expr(1);
                });
            }
            case 7 -> {
                add(List.of("budget", "expect").get(random.nextInt(2)));
                expr(2);
            }
            case 8 -> {
                add(List.of("data", "schedule", "precision", "stop").get(random.nextInt(4)));
                call(2);
            }
            default -> {
                add("phase", name(), "for", "3", chance(0.5) ? "epochs" : "step");
                settings(depth - 1);
            }
        }
    }

    private void init() {
        add("init");
        maybe(this::globs);
        add("from", "\"file\"");
        maybe(() -> {
            add("except");
            globs();
        });
        maybe(() -> {
            add("map");
            list(1, ",", () -> add("\"old.*\"", "=", "\"new.*\""));
        });
    }

    private void globs() {
        list(1, ",", () -> add("\"stem.**\""));
    }

    // ---- expressions

    private void expr(int depth) {
        switch (random.nextInt(depth > 0 ? 15 : 6)) {
            case 0 -> add(List.of("0", "12", "0.5", "5e-4", "1.50").get(random.nextInt(5)));
            case 1 -> add(chance(0.5) ? "3x3" : "1x7x7");
            case 2 -> add(chance(0.5) ? "true" : "\"a \\\" b\"");
            case 3 -> add("8", chance(0.5) ? "GiB" : "step");
            case 4, 5 -> add(name());
            case 6 -> {
                expr(depth - 1);
                add(".", chance(0.5) ? "C" : "output");
            }
            case 7 -> {
                expr(depth - 1);
                add("[");
                expr(depth - 1);
                add("]");
            }
            case 8 -> {
                add(chance(0.5) ? "-" : "!");
                expr(depth - 1);
            }
            case 9 -> {
                expr(depth - 1);
                add("?");
                expr(depth - 1);
                add(":");
                expr(depth - 1);
            }
            case 10 -> {
                add("[");
                list(0, ",", () -> expr(depth - 1));
                add("]");
            }
            case 11 -> {
                add("(");
                list(1, ",", () -> value(depth - 1));
                add(")");
            }
            case 12 -> call(depth);
            default -> {
                expr(depth - 1);
                add(OPERATORS.get(random.nextInt(OPERATORS.size())));
                expr(depth - 1);
            }
        }
    }
}
