package dev.striate.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows a profile as a page of HTML that needs nothing else: for each pass a picture in which a box is as wide as it takes
 * time, blocks stand above what is in them, and a click on a box makes it as wide as the page.
 */
final class ProfilePage {
    private static final int ROW = 22;

    private static final String TAIL = """
            <script>
            for (const flame of document.querySelectorAll('.flame')) {
              flame.addEventListener('click', event => {
                const box = event.target.closest('.flame svg svg');
                if (box) {
                  const share = parseFloat(box.getAttribute('width')) / 100;
                  const picture = flame.firstElementChild;
                  picture.style.width = 100 / share + '%';
                  picture.style.marginLeft = -parseFloat(box.getAttribute('x')) / share + '%';
                }
              });
            }
            </script>
            </body>
            </html>
            """;

    private final Profile profile;
    private final StringBuilder html = new StringBuilder();

    private ProfilePage(Profile profile) {
        this.profile = profile;
    }

    /** The page. */
    static String html(Profile profile) {
        return new ProfilePage(profile).page();
    }

    private String page() {
        head();
        Box forward = tree(false);
        Box backward = tree(true);
        long widest = Math.max(1, Math.max(forward.nanos, backward.nanos));
        for (Box pass : List.of(forward, backward)) {
            if (pass.nanos > 0) {
                picture(pass, widest);
            }
        }
        return html.append(TAIL).toString();
    }

    private void head() {
        String name = escaped(profile.net());
        String title = escaped(ProfileText.title(profile));
        String total = escaped(ProfileText.total(profile));
        html.append("""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>%s</title>
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
            h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin: 1.5em 0 .3em; }
            .flame { overflow: hidden; cursor: pointer; }
            .flame > svg { display: block; }
            .key { display: inline-block; width: 2em; height: 1em; vertical-align: middle; margin: 0 .3em 0 1em; }
            .scale { width: 8em; background: linear-gradient(to right, hsl(0, 65%%, 70%%), hsl(70, 65%%, 70%%), hsl(140, 65%%, 70%%)); }
            </style>
            </head>
            <body>
            <h1>%s</h1>
            <p>%s<br>%s</p>
            <p>A box is as wide as it takes time. Point at one to read more, click on one to enlarge it, on the topmost to
            see all.<span class="key scale"></span>multiply-adds from 0 to 100 %% of the peak<span class="key"
            style="background: hsl(210, 35%%, 78%%)"></span>no multiply-adds<span class="key" style="background:
            #e6e6e6"></span>blocks</p>
            """.formatted(name, name, title, total));
    }

    /** What takes time: a block with what is in it, or a step. */
    private static final class Box {
        private final String name;
        private final Map<String, Box> parts = new LinkedHashMap<>();
        private Profile.@Nullable Row row;
        private long nanos;

        Box(String name) {
            this.name = name;
        }

        void add(Profile.Row added, List<String> path) {
            nanos += added.nanos();
            if (path.isEmpty()) {
                row = added;
            } else {
                parts.computeIfAbsent(path.getFirst(), Box::new).add(added, path.subList(1, path.size()));
            }
        }

        /** The same, where a block with nothing but one part is one with that part. */
        Box joined() {
            if (row == null && parts.size() == 1) {
                Box only = parts.values().iterator().next();
                Box both = new Box(name + "." + only.name);
                both.parts.putAll(only.parts);
                both.row = only.row;
                both.nanos = nanos;
                return both.joined();
            }
            parts.replaceAll((_, part) -> part.joined());
            return this;
        }

        int depth() {
            return 1 + parts.values().stream().mapToInt(Box::depth).max().orElse(0);
        }
    }

    private Box tree(boolean backward) {
        Box whole = new Box(backward ? "backward pass" : "forward pass");
        for (Profile.Row row : profile.rows()) {
            if (row.backward() == backward) {
                whole.add(row, List.of(row.path().split("\\.")));
            }
        }
        whole.parts.replaceAll((_, part) -> part.joined());
        return whole;
    }

    private void picture(Box pass, long widest) {
        html.append("<h2>")
                .append(pass.name)
                .append(": ")
                .append(ProfileText.time(pass.nanos))
                .append("</h2>\n");
        html.append(format(
                "<div class=\"flame\" style=\"width: %.3f%%\">"
                        + "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%d\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"12\">\n",
                100.0 * pass.nanos / widest, ROW * pass.depth()));
        List<Placed> level = List.of(new Placed(pass, 0));
        for (int y = 0; !level.isEmpty(); y += ROW) {
            List<Placed> next = new ArrayList<>();
            for (Placed placed : level) {
                box(placed, y, pass.nanos);
                long begin = placed.begin + ownNanos(placed.box);
                for (Box part : placed.box.parts.values()) {
                    next.add(new Placed(part, begin));
                    begin += part.nanos;
                }
            }
            level = next;
        }
        html.append("</svg></div>\n");
    }

    /** A box that begins after so many nanoseconds of its pass. */
    private record Placed(Box box, long begin) {}

    private static long ownNanos(Box box) {
        return box.row == null ? 0 : box.row.nanos();
    }

    private void box(Placed placed, int y, long whole) {
        Box box = placed.box;
        html.append(format(
                "<svg x=\"%.4f%%\" y=\"%d\" width=\"%.4f%%\" height=\"%d\"><title>%s</title>"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"%s\" stroke=\"#fff\"/>"
                        + "<text x=\"4\" y=\"15\">%s</text></svg>%n",
                100.0 * placed.begin / whole,
                y,
                100.0 * box.nanos / whole,
                ROW,
                escaped(tooltip(box)),
                colour(box),
                escaped(box.name)));
    }

    private String tooltip(Box box) {
        Profile.Row row = box.row;
        String time = ProfileText.time(box.nanos) + ", " + ProfileText.percent((double) box.nanos / profile.nanos())
                + " of the run";
        if (row == null) {
            return box.name + "\n" + time;
        }
        String products = row.macs() == 0
                ? ""
                : format(
                        "%n%,d MACs, %,.1f GFLOP/s%s",
                        row.macs(),
                        row.gflops(),
                        profile.peak() == 0 ? "" : ", " + profile.ofPeak(row.gflops()) + " of the peak");
        return format(
                "%s, %s%n%s, by %s%n%s%s%n%s, %.1f GB/s%n%s",
                row.path(),
                row.shape(),
                row.operation(),
                row.kernel(),
                time,
                products,
                SummaryText.bytes(row.bytes()),
                row.bandwidth(),
                row.place());
    }

    private String colour(Box box) {
        if (box.row == null) {
            return "#e6e6e6";
        }
        if (box.row.macs() == 0) {
            return "hsl(210, 35%, 78%)";
        }
        long hue = Math.round(140 * Math.min(1, box.row.gflops() / Math.max(1, profile.peak())));
        return "hsl(" + hue + ", 65%, 70%)";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
