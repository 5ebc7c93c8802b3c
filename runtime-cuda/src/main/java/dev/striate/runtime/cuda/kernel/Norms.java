package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import java.util.ArrayList;
import java.util.List;

/**
 * Normalization of each sample by itself, and its gradients. Lines that one block each would leave the device idle with are cut into parts:
 * then statistics of parts come first, those of lines follow from them, and elements read those.
 */
final class Norms {
    private final Norm kernel;
    private final Site s;
    private final LaidLines lines;
    /** The elements of each part of a line but the last, which has the rest. */
    private final int length;

    private final int parts;

    /** Float32 numbers of all lines, two each. */
    private final long ofLines;

    private Norms(Norm kernel, Site s, Form x) {
        this.kernel = kernel;
        this.s = s;
        this.lines = new LaidLines(kernel.lines(x.shape()), x);
        int count = lines.lines().count();
        int atOnce = lines.atOnce();
        this.length = Math.ceilDiv(Parts.length(count, lines.lines().size(), Call.BLOCK), atOnce) * atOnce;
        this.parts = Math.ceilDiv(count, length);
        this.ofLines = 2L * lines.lines().size();
    }

    static Work forward(Norm kernel, Site s) {
        return new Norms(kernel, s, s.out()).forward();
    }

    static Work inputGradient(NormGradInput kernel, Site s) {
        return new Norms(kernel.norm(), s, s.out()).inputGradient();
    }

    /** The statistics of all lines; then sums over channels that read them. */
    static Work weightGradient(NormGradWeight kernel, Site s) {
        Form x = s.in(1);
        Norms norms = new Norms(kernel.norm(), s, x);
        Parts channels = Parts.of(x);
        Source source =
                channels.put(norms.lines.source(s, "parts", "norm_grad_weight")).build();
        return channels.behind(
                norms.statistics(Arg.in(1)),
                norms.taken(),
                source,
                channels.sums(1, s),
                1,
                Arg.in(0),
                Arg.in(1),
                Arg.scratch());
    }

    private Work forward() {
        if (parts == 1) {
            return Work.of(lines.launch(byLine("norm"), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
        }
        List<Call> calls = new ArrayList<>(statistics(Arg.in(0)));
        calls.add(byElement("norm_by_statistics", Arg.in(0), Arg.in(1), Arg.in(2), Arg.scratch(), Arg.out()));
        return Work.of(calls.toArray(Call[]::new)).withScratch(taken());
    }

    private Work inputGradient() {
        if (parts == 1) {
            return Work.of(lines.launch(byLine("norm_grad_input"), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
        }
        Arg ofParts = Arg.scratch(ofLines);
        Arg sums = Arg.scratch(taken());
        List<Call> calls = new ArrayList<>(statistics(Arg.in(1)));
        Source first =
                inParts("norm_grad_parts").declare(Places.channelOf(s.out())).build();
        calls.add(byPart(first, Arg.in(0), Arg.in(1), Arg.in(2), Arg.scratch(), ofParts));
        Form two = Form.rows(Sizes.of(lines.lines().size(), 2));
        Source join = new Site(List.of(), two)
                .source("add_parts")
                .put("PARTS", parts)
                .put("COUNT", two.elements())
                .build();
        calls.add(Call.perElement(join, two.elements(), ofParts, sums));
        calls.add(byElement("norm_grad_by_sums", Arg.in(0), Arg.in(1), Arg.in(2), Arg.scratch(), sums, Arg.out()));
        return Work.of(calls.toArray(Call[]::new)).withScratch(taken() + ofLines);
    }

    /** Leaves mean and scale of every line of an operand at the beginning of the scratch memory. */
    private List<Call> statistics(Arg x) {
        if (parts == 1) {
            Source.Builder source = source("statistics", "norm_statistics").put("EPS", kernel.eps());
            return List.of(lines.launch(source, x, Arg.scratch()));
        }
        Arg ofParts = Arg.scratch(ofLines);
        Source join = inParts("norm_join_statistics").put("EPS", kernel.eps()).build();
        return List.of(
                byPart(inParts("norm_part_statistics").build(), x, ofParts),
                Call.perElement(join, lines.lines().size(), ofParts, Arg.scratch()));
    }

    /** What {@link #statistics} takes of the scratch memory, in float32 numbers. */
    private long taken() {
        return ofLines + (parts == 1 ? 0 : ofLines * parts);
    }

    private Source.Builder byLine(String section) {
        return source("statistics", section).put("EPS", kernel.eps()).declare(Places.channelOf(s.out()));
    }

    private Source.Builder inParts(String section) {
        return source("line_parts", section).put("PARTS", parts).put("LENGTH", length);
    }

    private Source.Builder source(String... sections) {
        return lines.source(s, sections).put("AT_ONCE", lines.atOnce());
    }

    private Call byPart(Source source, Arg... args) {
        return new Call.Launch(source, Math.min(lines.lines().size() * parts, Call.MOST_BLOCKS), List.of(args));
    }

    private Call byElement(String section, Arg... args) {
        Source source = source(section).declare(Places.channelOf(s.out())).build();
        return Call.perElement(source, s.out().elements() / lines.atOnce(), args);
    }
}
