package dev.striate.tests;

import java.util.ArrayList;
import java.util.List;

/** Random nets as text: a chain of legal layers, with a loss and a metric that fit. */
final class RandomNets {
    private final Draw d;
    private final List<String> layers = new ArrayList<>();
    private int channels;
    private int height;
    private int width;

    private RandomNets(long seed) {
        d = new Draw(seed);
        channels = d.between(1, 4);
        height = d.between(6, 14);
        width = d.between(6, 14);
    }

    /** The text of a net; a function of the seed. */
    static String draw(long seed) {
        return new RandomNets(seed).text(seed);
    }

    /** The text of a net with symbolic sizes; a function of the seed. It can be trained, and is convolutional throughout. */
    static String drawSymbolic(long seed) {
        return new RandomNets(seed).symbolic(seed);
    }

    private String symbolic(long seed) {
        String input = "f32[N, " + channels + ", H, W]" + d.of("", " where H % 2 == 0", " where H >= 9, W % 3 != 1");
        features();
        return "net Random" + seed + " {\n  input image: " + input + "\n"
                + "  let features = image -> " + String.join("\n    -> ", layers) + "\n"
                + "  features -> last: conv(3, 1) -> output scores\n"
                + "  features -> conv(3, 1) -> " + activation() + " -> output shares\n"
                + "  loss l = quadratic(scores, shares)\n}\n";
    }

    private void features() {
        int spatial = d.between(1, 5);
        for (int i = 0; i < spatial; i++) {
            layers.add(d.once(3) ? pool() : conv());
            activate();
        }
    }

    private String text(long seed) {
        String input = "f32[N, " + channels + ", " + height + ", " + width + "]";
        features();
        String features = String.join("\n    -> ", layers);
        int classes = d.between(2, 7);
        String head = d.once(2) ? "fc(" + d.between(3, 20) + ") -> " + activation() + " -> " : "";
        return "net Random" + seed + " {\n  input image: " + input + "\n  label digit: class[N, " + classes + "]\n"
                + "  let features = image -> " + features + " -> flatten\n"
                + "  features -> " + head + "last: fc(" + classes + ") -> output scores\n"
                + "  features -> fc(" + classes + ", bias=false) -> softmax -> output shares\n"
                + "  loss l = " + loss() + "\n"
                + "  metric m = topk(scores, digit, k=" + d.between(1, classes) + ")\n}\n";
    }

    /** The second one joins both branches, so that the gradients by the features are summed. */
    private String loss() {
        return d.once(2) ? "cross_entropy(scores, digit)" : "quadratic(scores, shares)";
    }

    private void activate() {
        if (!d.once(4)) {
            layers.add(activation());
        }
        if (d.once(5)) {
            layers.add("dropout(" + d.of("0.1", "0.5") + ")");
        }
    }

    private String activation() {
        return d.of("relu", "tanh", "sigmoid");
    }

    private String conv() {
        int groups = channels % 2 == 0 && d.once(2) ? 2 : 1;
        int filters = groups * d.between(1, 4);
        String window = window(d.between(1, 2), "exact");
        channels = filters;
        return "conv(" + filters + ", " + window + (groups > 1 ? ", groups=2" : "") + (d.once(4) ? ", bias=false" : "")
                + ")";
    }

    private String pool() {
        return d.of("max_pool(", "avg_pool(") + window(d.between(1, 3), d.of("floor", "ceil")) + ")";
    }

    /** A window that fits, and how it is rounded; one that moves in strides may not tile. */
    private String window(int stride, String round) {
        int kh = d.between(1, Math.min(4, height));
        int kw = d.between(1, Math.min(4, width));
        int padding = d.between(0, Math.min(kh, kw) / 2);
        boolean ceil = round.equals("ceil");
        height = out(height + 2 * padding - kh, stride, ceil, height + padding);
        width = out(width + 2 * padding - kw, stride, ceil, width + padding);
        return kh + "x" + kw + ", stride=" + stride + ", pad=" + padding
                + (stride > 1 || ceil ? ", round=" + (ceil ? "ceil" : "floor") : "");
    }

    private static int out(int slack, int stride, boolean ceil, int end) {
        return ceil
                ? Math.min(Math.ceilDiv(slack, stride) + 1, Math.ceilDiv(end, stride))
                : Math.floorDiv(slack, stride) + 1;
    }
}
