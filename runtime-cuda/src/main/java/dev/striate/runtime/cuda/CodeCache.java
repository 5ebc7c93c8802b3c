package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Cuda;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The machine code of modules that were compiled in this process, so that a session opened again compiles nothing. */
final class CodeCache {
    private final Map<String, byte[]> bySource = new ConcurrentHashMap<>();
    private final Cuda cuda;

    CodeCache(Cuda cuda) {
        this.cuda = cuda;
    }

    byte[] of(String source) {
        return bySource.computeIfAbsent(
                source, s -> cuda.compiler().compile(s, cuda.driver().capability()));
    }
}
