package dev.striate.runtime.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file or data set that cannot be used: missing, unreadable, damaged or not of the expected format. The message is
 * one sentence for the user, on one line, that names the file, what is wrong and, where there is one, the fix.
 */
public final class DataException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    /**
     * An exception with a message of any form.
     *
     * @param sentence the message; control characters in it, which may come from a damaged file, are escaped
     */
    public DataException(String sentence) {
        super(onOneLine(sentence));
    }

    /** As {@link #DataException(String)}, of something else that went wrong. */
    public DataException(String sentence, Throwable cause) {
        super(onOneLine(sentence), cause);
    }

    /** An exception with the message {@code "FILE: problem"}. */
    public static DataException in(Path file, String problem) {
        return new DataException(file + ": " + problem);
    }

    /**
     * Puts an error of the operating system into words.
     *
     * @param file the file being read or written, which the message names
     * @param problem what did not succeed, such as {@code "cannot be read"}
     * @return {@code cause} itself where it already is a sentence for the user
     */
    public static DataException because(Path file, String problem, IOException cause) {
        return cause instanceof DataException known
                ? known
                : new DataException(file + ": " + problem + ": " + reason(cause), cause);
    }

    /** A name found in a file, in quotes for a message: shortened where it is absurdly long. */
    public static String quote(String name) {
        return "'" + (name.length() <= LONGEST_QUOTE ? name : name.substring(0, LONGEST_QUOTE) + "...") + "'";
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file, and no folder";
            case ClosedByInterruptException _ -> "interrupted";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    private static String onOneLine(String sentence) {
        StringBuilder line = new StringBuilder(sentence.length());
        sentence.chars().forEach(c -> {
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                line.append((char) c);
            }
        });
        return line.toString();
    }
}
