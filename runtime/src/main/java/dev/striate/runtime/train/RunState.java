package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.backend.WeightsMismatchException;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.NamedTensor;
import dev.striate.runtime.io.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The state of a training run between two steps, as a checkpoint file has it: a safetensors file with the weights, and
 * beside them the optimizers' states as tensors whose names have a colon, and numbers and texts as metadata. The file
 * can be read as weights, too.
 */
final class RunState {
    private static final String PREFIX = "striate.run.";
    private static final String CHECKSUM = PREFIX + "checksum";
    /** A {@link ByteBuffer} holds less than 2 GiB. */
    private static final long PIECE = 1L << 30;

    private final Path path;
    private final Weights weights;
    private final Map<String, String> texts = new TreeMap<>();
    private final List<NamedTensor> tensors = new ArrayList<>();

    /**
     * An empty state, to be filled and written to {@code path}.
     *
     * @param weights of the net; they are read when the state is written
     */
    RunState(Path path, Weights weights) {
        this.path = path;
        this.weights = weights;
    }

    /**
     * Reads a state, and the weights with it.
     *
     * @param spec what the weights must be
     * @param arena owns the optimizers' states until they are taken over
     * @throws WeightsMismatchException when it is of another net; the message is for the user
     * @throws IOException when the file cannot be read, is damaged or no checkpoint; the message is for the user
     */
    static RunState read(Path path, NetSpec spec, Arena arena) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(path, arena);
        if (!file.metadata().containsKey(CHECKSUM)) {
            throw DataException.in(path, "is no checkpoint of a training run; name one that `striate train` wrote");
        }
        RunState state = new RunState(path, Weights.load(spec, path));
        file.metadata().forEach((name, text) -> {
            if (name.startsWith(PREFIX)) {
                state.texts.put(name.substring(PREFIX.length()), text);
            }
        });
        file.entries().stream()
                .filter(e -> !state.weights.contains(e.name()))
                .forEach(e -> state.tensors.add(new NamedTensor(e.name(), e.shape(), file.data(e.name()))));
        if (!state.checksum().equals(file.metadata().get(CHECKSUM))) {
            throw DataException.in(path, "is damaged: its checksum is wrong; remove it, and go on from an earlier one");
        }
        return state;
    }

    /** Writes the state; an existing file is replaced once the new one is whole and on the disk. */
    void write() throws DataException {
        Map<String, String> metadata = new TreeMap<>();
        texts.forEach((name, text) -> metadata.put(PREFIX + name, text));
        metadata.put(CHECKSUM, checksum());
        weights.save(path, tensors, metadata);
    }

    /** The weights. */
    Weights weights() {
        return weights;
    }

    /** Over all numbers, and all texts but itself. */
    private String checksum() {
        CRC32C crc = new CRC32C();
        update(crc, weights.values());
        tensors.forEach(t -> update(crc, t.data()));
        Map<String, String> others = new TreeMap<>(texts);
        others.remove(CHECKSUM.substring(PREFIX.length()));
        crc.update(others.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    private static void update(CRC32C crc, MemorySegment data) {
        for (long done = 0; done < data.byteSize(); done += PIECE) {
            crc.update(
                    data.asSlice(done, Math.min(PIECE, data.byteSize() - done)).asByteBuffer());
        }
    }

    // ---- texts and numbers

    void put(String name, String text) {
        texts.put(name, text);
    }

    void put(String name, long number) {
        texts.put(name, Long.toString(number));
    }

    /** Keeps all bits of the number. */
    void put(String name, double number) {
        texts.put(name, Double.toString(number));
    }

    /**
     * A text.
     *
     * @throws DataException when the file has none of that name
     */
    String text(String name) throws DataException {
        String text = texts.get(name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    /**
     * A whole number of at least 0.
     *
     * @throws DataException when the file has none of that name
     */
    long whole(String name) throws DataException {
        try {
            return Long.parseUnsignedLong(text(name));
        } catch (NumberFormatException _) {
            throw missing(name);
        }
    }

    /**
     * A number.
     *
     * @throws DataException when the file has none of that name
     */
    double number(String name) throws DataException {
        try {
            return Double.parseDouble(text(name));
        } catch (NumberFormatException _) {
            throw missing(name);
        }
    }

    // ---- tensors

    /**
     * Adds numbers, off-heap: float32, or others in as many bytes. The memory is read when the state is written. Without
     * any, nothing happens.
     */
    void put(String name, MemorySegment numbers) {
        if (numbers.byteSize() > 0) {
            tensors.add(new NamedTensor(name, Sizes.of(Math.toIntExact(numbers.byteSize() / Float.BYTES)), numbers));
        }
    }

    /**
     * Copies numbers.
     *
     * @throws DataException when the file has not exactly those
     */
    void copy(String name, MemorySegment to) throws DataException {
        to.copyFrom(numbers(name, to.byteSize()));
    }

    /** Whether there are numbers of a name. */
    boolean has(String name) {
        return tensors.stream().anyMatch(t -> t.name().equals(name));
    }

    /**
     * Numbers, as long as the state that was read is in use.
     *
     * @throws DataException when the file has not as many bytes of them
     */
    MemorySegment numbers(String name, long bytes) throws DataException {
        MemorySegment from = tensors.stream()
                .filter(t -> t.name().equals(name))
                .map(NamedTensor::data)
                .findFirst()
                .orElse(MemorySegment.NULL);
        if (from.byteSize() != bytes) {
            throw missing(name);
        }
        return from;
    }

    private DataException missing(String name) {
        return DataException.in(
                path, "is no checkpoint of this recipe: " + name + " is missing or another; begin anew without it");
    }
}
