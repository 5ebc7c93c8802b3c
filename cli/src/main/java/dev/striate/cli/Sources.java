package dev.striate.cli;

import dev.striate.compiler.source.SourceFile;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads {@code .cnn} files. */
final class Sources {
    /** A net of thousands of layers has less than a tenth of this. */
    private static final long MAX_BYTES = 4L << 20;

    private Sources() {}

    /**
     * Reads a file.
     *
     * @throws Failure when it is missing, unreadable, too large or not UTF-8
     */
    static SourceFile read(Path path) {
        try (InputFile file = InputFile.open(path)) {
            if (file.size() > MAX_BYTES) {
                throw Failure.input(path + ": has " + file.size() + " bytes, and a .cnn file has at most " + MAX_BYTES
                        + "; is it a text?");
            }
            byte[] bytes = new byte[(int) file.size()];
            file.read(0, MemorySegment.ofArray(bytes));
            return new SourceFile(path.toString(), decode(path, bytes));
        } catch (DataException e) {
            throw Failure.input(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads standard input to its end.
     *
     * @throws Failure when it is too large or not UTF-8
     */
    static SourceFile readStandardInput() throws IOException {
        String name = "standard input";
        byte[] bytes = System.in.readNBytes((int) MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw Failure.input(name + ": has more than " + MAX_BYTES + " bytes; is it a text?");
        }
        return new SourceFile(name, decode(Path.of(name), bytes));
    }

    private static String decode(Path path, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(in, text, true).isError()) {
            String before = text.flip().toString();
            long line = 1 + before.chars().filter(c -> c == '\n').count();
            int column = 1 + before.length() - (before.lastIndexOf('\n') + 1);
            throw Failure.input(path + ":" + line + ":" + column + ": is not UTF-8 text; save it as UTF-8");
        }
        return text.flip().toString();
    }
}
