package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.io.OutputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The machine code of modules, so that what was compiled once is not compiled again: in this process, and in the files of a folder.
 * A file is named after the source, the device and the compiler, and begins with the SHA-256 of the code. One that is damaged is
 * compiled anew and replaced; one that cannot be written is done without.
 */
public final class CodeCache {
    private static final int DIGEST = 32;

    private final Map<String, byte[]> bySource = new ConcurrentHashMap<>();
    private final Cuda cuda;
    private final @Nullable Path folder;

    /**
     * For a device.
     *
     * @param folder where files are; null for none
     */
    public CodeCache(Cuda cuda, @Nullable Path folder) {
        this.cuda = cuda;
        this.folder = folder;
    }

    /** The code of a module for the device. */
    byte[] of(String source) {
        return bySource.computeIfAbsent(source, s -> folder == null ? compile(s) : stored(s, folder));
    }

    private byte[] compile(String source) {
        return cuda.compiler().compile(source, cuda.driver().capability());
    }

    private byte[] stored(String source, Path in) {
        String key = cuda.compiler().version() + " sm_" + cuda.driver().capability() + "\n" + source;
        Path file = in.resolve(HexFormat.of().formatHex(digest(key.getBytes(StandardCharsets.UTF_8))) + ".cubin");
        byte[] known = read(file);
        if (known != null) {
            return known;
        }
        byte[] code = compile(source);
        write(file, code);
        return code;
    }

    private static byte @Nullable [] read(Path file) {
        try {
            byte[] whole = Files.readAllBytes(file);
            byte[] code = Arrays.copyOfRange(whole, Math.min(DIGEST, whole.length), whole.length);
            return Arrays.equals(digest(code), Arrays.copyOf(whole, DIGEST)) ? code : null;
        } catch (IOException e) {
            return null; // mostly because there is none yet
        }
    }

    private static void write(Path file, byte[] code) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            OutputFile.replace(file, out -> {
                out.write(MemorySegment.ofArray(digest(code)));
                out.write(MemorySegment.ofArray(code));
            });
        } catch (IOException e) {
            System.getLogger("dev.striate.runtime")
                    .log(System.Logger.Level.DEBUG, "compiled kernels are not kept: " + e.getMessage());
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
