package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.Lines;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a value as it lies on the device, and who works on them: one thread on each, or a block on each where they are long.
 *
 * @param lines the lines, numbered as in row-major order
 * @param x the value
 */
record LaidLines(Lines lines, Form x) {
    /** From how many elements on a block works on a line. */
    private static final int LONG = 128;

    /** Along the channels at each place. */
    static LaidLines alongChannels(Form x) {
        return new LaidLines(Lines.alongChannels(x.shape()), x);
    }

    /** Begins a source whose sections know where elements of lines lie. */
    Source.Builder source(Site s, String... sections) {
        List<String> all = new ArrayList<>(List.of(section()));
        all.addAll(List.of(sections));
        Source.Builder source = teams(s.source(all.toArray(String[]::new)), lines.size(), lines.count())
                .put("INNER", lines.inner())
                .text("TX", x.element().type());
        return x.channelsLast() ? source.put("PIECES", pieces()).put("OF_GROUP", lines.count() / x.area()) : source;
    }

    private boolean ofChannels() {
        return lines.inner() == x.area();
    }

    /** How many elements of a line lie side by side. */
    private int neighbours() {
        if (!x.channelsLast()) {
            return lines.inner() == 1 ? lines.count() : 1;
        }
        return ofChannels() ? lines.count() : lines.count() / x.area();
    }

    /** How many of them a thread reads at once in kernels that ask. */
    int atOnce() {
        return Form.atOnce(neighbours());
    }

    private String section() {
        if (!x.channelsLast()) {
            return "lines";
        }
        return ofChannels() ? "lines_of_channels" : "lines_of_groups";
    }

    /** Lines of one sample that lie side by side: pieces or groups of channels. */
    private int pieces() {
        return x.dim(1) * (ofChannels() ? 1 : x.area()) / lines.count();
    }

    /** A C expression: where the result of {@code line} lies in y, which has one for each line. */
    String resultAt(Form y) {
        if (!y.channelsLast()) {
            return "line";
        }
        int inner = lines.inner();
        return "((line / " + inner + " / " + pieces() + " * " + inner + " + line % " + inner + ") * " + pieces()
                + " + line / " + inner + " % " + pieces() + ")";
    }

    /** Constants of lines and of the threads that work on one. */
    static Source.Builder teams(Source.Builder source, int lines, int count) {
        return source.put("LINES", lines).put("COUNT", count).declare("using TEAM = Team<" + (count >= LONG) + ">;");
    }

    /** How many blocks work on lines. */
    static int blocks(int lines, int count) {
        return count >= LONG ? Math.min(lines, 1 << 16) : Call.blocks(lines);
    }

    /** How many blocks work on them. */
    int blocks() {
        return blocks(lines.size(), lines.count());
    }

    /** A launch over all of them. */
    Call launch(Source.Builder source, Arg... args) {
        return new Call.Launch(source.build(), blocks(), List.of(args));
    }
}
