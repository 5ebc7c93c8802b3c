package dev.striate.picture;

/**
 * How wide text is, so that boxes are large enough in whatever font a viewer has: the widths of DejaVu Sans, which are
 * larger than those of Helvetica, Arial and their like.
 */
final class TextSize {
    /** Thousandths of the font's size, from the space to the tilde. */
    private static final int[] WIDTHS = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, //
        636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, //
        1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, //
        603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, //
        500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, //
        635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838
    };

    /** Wide enough for the signs of mathematics and most alphabets. */
    private static final int OTHER = 1000;

    /** Bold letters against plain ones, at most. */
    private static final double BOLD = 1.15;

    private TextSize() {}

    /** The width of plain text in pixels, for a size of the font in pixels. */
    static double plain(String text, double size) {
        int thousandths = 0;
        for (int i = 0; i < text.length(); i++) {
            int letter = text.charAt(i) - ' ';
            thousandths += letter >= 0 && letter < WIDTHS.length ? WIDTHS[letter] : OTHER;
        }
        return thousandths * size / 1000;
    }

    /** The width of bold text. */
    static double bold(String text, double size) {
        return plain(text, size) * BOLD;
    }
}
