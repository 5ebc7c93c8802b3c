package com.example.digits;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture of one digit, as the net takes it: 8x8 values from 0 (paper) to 1 (ink), row by row. */
record Picture(float[] pixels) {
    private static final int SIDE = 8;

    /**
     * Reads a picture of any size and colours; one with a light rim, such as a scan of
     * black ink on white paper, is inverted.
     *
     * @throws IOException when the file cannot be read or is no picture; the message is for the user
     */
    static Picture read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + ": there is no such picture, or it may not be read");
        }
        BufferedImage image = decode(file.toFile());
        if (image == null) {
            throw new IOException(file + ": is no picture in a format that Java reads, such as PNG or JPEG");
        }
        float[] pixels = shrink(grey(image));
        if (rim(pixels) > 0.5f) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = 1 - pixels[i];
            }
        }
        return new Picture(pixels);
    }

    private static BufferedImage decode(File file) throws IOException {
        try {
            return ImageIO.read(file);
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with exceptions of many kinds.
            throw new IOException(file + ": is a damaged picture", e);
        }
    }

    /** What is transparent becomes white. */
    private static BufferedImage grey(BufferedImage image) {
        BufferedImage grey = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = grey.createGraphics();
        graphics.drawImage(image, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return grey;
    }

    /** Each of the 8x8 values is the mean of the part of the picture below it. */
    private static float[] shrink(BufferedImage grey) {
        float[] pixels = new float[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int left = x * grey.getWidth() / SIDE;
                int top = y * grey.getHeight() / SIDE;
                int right = Math.max(left + 1, (x + 1) * grey.getWidth() / SIDE);
                int bottom = Math.max(top + 1, (y + 1) * grey.getHeight() / SIDE);
                long sum = 0;
                for (int row = top; row < bottom; row++) {
                    for (int column = left; column < right; column++) {
                        sum += grey.getRaster().getSample(column, row, 0);
                    }
                }
                pixels[y * SIDE + x] = sum / (255f * (right - left) * (bottom - top));
            }
        }
        return pixels;
    }

    /** The mean of the two outermost columns, which a digit rarely touches. */
    private static float rim(float[] pixels) {
        float sum = 0;
        for (int y = 0; y < SIDE; y++) {
            sum += pixels[y * SIDE] + pixels[y * SIDE + SIDE - 1];
        }
        return sum / (2 * SIDE);
    }
}
