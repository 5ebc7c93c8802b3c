package dev.striate.maven;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of contents, in hexadecimal. */
final class Hashes {
    private Hashes() {}

    /** Of several pieces; where one ends and the next begins counts. */
    static String of(byte[]... pieces) {
        MessageDigest digest = sha256();
        for (byte[] piece : pieces) {
            digest.update(utf8(piece.length + ":"));
            digest.update(piece);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Of the contents of files, and of all files in folders; names and dates do not count.
     *
     * @throws IOException when one cannot be read
     */
    static String ofContents(List<Path> filesAndFolders) throws IOException {
        MessageDigest digest = sha256();
        for (Path root : filesAndFolders) {
            for (Path file : files(root)) {
                digest.update(utf8(of(Files.readAllBytes(file))));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The file, or all files in the folder and below, in the order of their paths.
     *
     * @throws IOException when a folder cannot be read
     */
    static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
