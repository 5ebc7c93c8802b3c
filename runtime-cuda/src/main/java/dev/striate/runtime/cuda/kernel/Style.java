package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;

/**
 * How a session keeps its feature maps {@code [N, C, H, W]}, and what its convolutions and matrix products multiply. Sums, norms,
 * losses, weights and their gradients are float32 in all styles.
 */
public enum Style {
    /** Row by row, in float32: convolutions and products round nothing. */
    F32(Element.FLOAT32, false),
    /** Channels last, in float32: convolutions and products round factors to TF32, of 11 bits. */
    TF32(Element.FLOAT32, true),
    /** Channels last, in bfloat16, which convolutions and products multiply. */
    BF16(Element.BFLOAT16, true),
    /** Channels last, in float16, which convolutions and products multiply. */
    FP16(Element.FLOAT16, true);

    private final Element element;
    private final boolean channelsLast;

    Style(Element element, boolean channelsLast) {
        this.element = element;
        this.channelsLast = channelsLast;
    }

    /** What feature maps consist of, and what is multiplied. */
    public Element element() {
        return element;
    }

    /** Whether feature maps lie with the channels of each place side by side. */
    public boolean isChannelsLast() {
        return channelsLast;
    }

    /** Whether numbers of 16 bits are multiplied. */
    public boolean isNarrow() {
        return element != Element.FLOAT32;
    }

    /** Whether its smallest numbers are so large that gradients vanish which are not scaled. */
    public boolean needsScale() {
        return element == Element.FLOAT16;
    }

    /** How a value lies that is in the form which this style has for its shape. */
    public Form form(Sizes shape) {
        return new Form(shape, element, channelsLast && shape.rank() == 4);
    }
}
