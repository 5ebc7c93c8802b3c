package dev.striate.runtime.cuda.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The CUDA C of one kernel, with all sizes written in as constants. Sources of equal text have equal names, so that a
 * module has each once.
 *
 * @param name the entry point
 * @param text a namespace that declares it; needs {@link Templates#prelude} before it
 */
public record Source(String name, String text) {
    private static final int HASH_DIGITS = 16;

    /**
     * Begins the source of a kernel.
     *
     * @param sections names in {@link Templates}: helpers, and last the kernel, after which the entry point is named
     */
    public static Builder of(String... sections) {
        return new Builder(List.of(sections));
    }

    /** What it computes: the name without what tells it from others of other sizes. */
    public String kind() {
        return name.substring(0, name.lastIndexOf('_'));
    }

    /** A module that has some kernels. */
    public static String module(Iterable<Source> sources) {
        StringBuilder text = new StringBuilder(Templates.prelude());
        Map<String, Source> byName = new LinkedHashMap<>();
        sources.forEach(s -> byName.put(s.name, s));
        byName.values().forEach(s -> text.append('\n').append(s.text));
        return text.toString();
    }

    /** A floating-point number as C writes it. */
    public static String number(double value) {
        float rounded = (float) value;
        if (Float.isNaN(rounded)) {
            return "(0.0f / 0.0f)";
        }
        if (Float.isInfinite(rounded)) {
            return rounded > 0 ? "(1.0f / 0.0f)" : "(-1.0f / 0.0f)";
        }
        return rounded + "f";
    }

    /** Collects what the sections leave open. */
    public static final class Builder {
        private final List<String> sections;
        private final List<String> declarations = new ArrayList<>();
        private final Map<String, String> texts = new LinkedHashMap<>();

        private Builder(List<String> sections) {
            this.sections = sections;
        }

        /** An int constant. */
        public Builder put(String name, int value) {
            return declare("constexpr int " + name + " = " + value + ";");
        }

        /** A float constant. */
        public Builder put(String name, double value) {
            return declare("constexpr float " + name + " = " + number(value) + ";");
        }

        /** A bool constant. */
        public Builder put(String name, boolean value) {
            return declare("constexpr bool " + name + " = " + value + ";");
        }

        /** A constant of 64 bits without a sign. */
        public Builder bits(String name, long value) {
            return declare("constexpr uint64 " + name + " = 0x" + Long.toHexString(value) + "ull;");
        }

        /** A declaration of C before the sections. */
        public Builder declare(String declaration) {
            declarations.add(declaration);
            return this;
        }

        /** A text in the place of a word of the sections. */
        public Builder text(String word, String replacement) {
            texts.put(word, replacement);
            return this;
        }

        /** The source. */
        public Source build() {
            StringBuilder body = new StringBuilder();
            declarations.forEach(d -> body.append(d).append('\n'));
            sections.forEach(s -> body.append(Templates.section(s)));
            String text = body.toString();
            for (Map.Entry<String, String> e : texts.entrySet()) {
                text = text.replaceAll(
                        "\\b" + e.getKey() + "\\b", java.util.regex.Matcher.quoteReplacement(e.getValue()));
            }
            String name = sections.getLast() + "_" + hash(sections.getLast() + text);
            return new Source(
                    name,
                    "namespace in_" + name + " {\n" + text.replaceAll("\\bNAME\\b", name) + "} // namespace in_" + name
                            + "\n");
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS).toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
