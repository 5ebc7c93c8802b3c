package dev.striate.cli;

import dev.striate.runtime.io.DataException;
import dev.striate.runtime.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The states of a training run in a folder, {@code step-00000200.safetensors} and so on: the latest few of one run. When
 * a new run writes its first, those of an earlier run go to another folder, so that a run that was begun by mistake costs
 * nothing.
 */
final class Checkpoints {
    private static final Pattern NAME = Pattern.compile("step-\\d{8,}\\.safetensors");
    /** What is left of a file that was being written when the process was killed. */
    private static final Pattern HALF = Pattern.compile("\\.step-.*\\.tmp");

    private final Path folder;
    private final int keep;
    private boolean fresh = true;
    private @Nullable Path last;

    /**
     * Of a run.
     *
     * @param keep how many of them are kept, at least 1
     */
    Checkpoints(OutputFolder output, int keep) {
        this.folder = output.checkpoints();
        this.keep = keep;
    }

    /**
     * Goes on where the latest one was written.
     *
     * @return the file
     * @throws Failure when there is none
     * @throws IOException when it cannot be read, is damaged, or is of another net or recipe; the message is for the user
     */
    Path resume(Trainer trainer) throws IOException {
        Path latest = files(NAME).stream()
                .max(Comparator.comparingLong(Checkpoints::step))
                .orElseThrow(() -> Failure.input("there is no checkpoint in " + folder
                        + " to go on from; train without --resume, with `checkpoint every=1 epoch` in the recipe"));
        trainer.resume(latest);
        fresh = false;
        last = latest;
        return latest;
    }

    /** The latest of this run; null before the first. */
    @Nullable
    Path last() {
        return last;
    }

    /**
     * Writes the state of a run between two steps, and removes the oldest.
     *
     * @return the file
     * @throws IOException when it cannot be written or an old one cannot be removed; the message is for the user
     */
    Path write(Trainer trainer) throws IOException {
        OutputFolder.makeFolder(folder);
        if (fresh) {
            fresh = false;
            setAside(files(NAME));
        }
        remove(files(HALF));
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%08d.safetensors", trainer.steps()));
        trainer.save(file);
        last = file;
        remove(files(NAME).stream()
                .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
                .skip(keep)
                .toList());
        return file;
    }

    /** Moves the files of an earlier run, in place of those of a still earlier one. */
    private void setAside(List<Path> files) throws DataException {
        if (files.isEmpty()) {
            return;
        }
        Path old = folder.resolveSibling("checkpoints.old");
        OutputFolder.makeFolder(old);
        remove(files(old, NAME));
        for (Path file : files) {
            try {
                Files.move(file, old.resolve(String.valueOf(file.getFileName())));
            } catch (IOException e) {
                throw DataException.because(file, "cannot be moved to " + old, e);
            }
        }
    }

    private static long step(Path file) {
        return Long.parseLong(String.valueOf(file.getFileName()).replaceAll("\\D", ""));
    }

    private List<Path> files(Pattern name) throws DataException {
        return files(folder, name);
    }

    private static List<Path> files(Path folder, Pattern name) throws DataException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> name.matcher(Optional.ofNullable(f.getFileName())
                                    .map(Path::toString)
                                    .orElse(""))
                            .matches())
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw DataException.because(folder, "cannot be read", e);
        }
    }

    private static void remove(List<Path> files) throws DataException {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw DataException.because(file, "cannot be removed", e);
            }
        }
    }
}
