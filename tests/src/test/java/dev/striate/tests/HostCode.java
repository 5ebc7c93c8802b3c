package dev.striate.tests;

import dev.striate.runtime.cuda.kernel.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Kernels of the CUDA backend compiled for this machine's processor by its C++ compiler, and run there. */
final class HostCode {
    /** A library that has a kernel, and the kernel. */
    record Kernel(MethodHandle launch, MemorySegment address) {}

    private static final int BATCH = 250;

    /** Before a kernel in a module. */
    static final Pattern NAME = Pattern.compile("namespace in_(\\w+) \\{");

    private final Map<String, Kernel> kernels = new HashMap<>();
    private int unprepared;

    /** Whether this machine has a C++ compiler. */
    static boolean isAvailable() {
        return Files.isExecutable(Path.of("/usr/bin/g++"))
                && System.getProperty("os.name").equals("Linux");
    }

    /** Whether a kernel was compiled whose name begins so. */
    synchronized boolean has(String beginning) {
        return kernels.keySet().stream().anyMatch(name -> name.startsWith(beginning));
    }

    /** How many modules were compiled because a kernel was not prepared. */
    synchronized int unprepared() {
        return unprepared;
    }

    /** Compiles kernels, many at once, which is much faster than one by one, and on all processors. */
    void prepare(Collection<Source> sources) {
        Map<String, Source> missing = new LinkedHashMap<>();
        sources.stream().filter(s -> !kernels.containsKey(s.name())).forEach(s -> missing.put(s.name(), s));
        List<Source> all = new ArrayList<>(missing.values());
        List<List<Source>> batches = new ArrayList<>();
        for (int first = 0; first < all.size(); first += BATCH) {
            batches.add(all.subList(first, Math.min(first + BATCH, all.size())));
        }
        List<Path> libraries = batches.parallelStream()
                .map(batch -> compile(Source.module(batch)))
                .toList();
        for (int i = 0; i < batches.size(); i++) {
            load(libraries.get(i), batches.get(i).stream().map(Source::name).toList());
        }
    }

    /** A kernel by its name; compiles the module that has it, with all others in it, where it was not prepared. */
    synchronized Kernel of(String name, String module) {
        if (!kernels.containsKey(name)) {
            unprepared++;
            load(
                    compile(module),
                    NAME.matcher(module).results().map(m -> m.group(1)).toList());
        }
        return Objects.requireNonNull(kernels.get(name));
    }

    /** A library in a folder of its own. */
    private static Path compile(String module) {
        try (InputStream shim = Objects.requireNonNull(HostCode.class.getResourceAsStream("/cuda/host.h"))) {
            Path folder = Files.createTempDirectory("striate-host-code");
            Path source = folder.resolve("kernels.cpp");
            Path library = folder.resolve("kernels.so");
            Files.writeString(source, new String(shim.readAllBytes(), StandardCharsets.UTF_8) + module);
            run(List.of(
                    "g++",
                    "-std=c++17",
                    "-O0",
                    "-ffp-contract=off",
                    "-fPIC",
                    "-shared",
                    "-fvisibility=hidden",
                    "-w",
                    "-o",
                    library.toString(),
                    source.toString()));
            Files.delete(source);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("restricted") // it runs what was compiled
    private void load(Path library, List<String> names) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        MethodHandle launch = Linker.nativeLinker()
                .downcallHandle(
                        symbols.find("host_launch").orElseThrow(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS));
        for (String name : names) {
            kernels.put(name, new Kernel(launch, symbols.find(name).orElseThrow()));
        }
        try {
            Files.delete(library);
            Files.delete(Objects.requireNonNull(library.getParent()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(log.substring(0, Math.min(log.length(), 4000)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
