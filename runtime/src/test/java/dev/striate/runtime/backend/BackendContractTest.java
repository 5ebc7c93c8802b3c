package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Kernel;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel that can be described can be run by every backend, and is compared between them. */
class BackendContractTest {
    static Stream<Backend> backends() {
        return Stream.of(Backends.reference(), Backends.cpu());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void implementsEveryKernel(Backend backend) throws Exception {
        KernelTable kernels = backend.kernels();
        assertThat(descriptions())
                .hasSizeGreaterThan(20)
                .allSatisfy(kind -> assertThat(kernels.supports(kind))
                        .as("%s has %s", backend.name(), kind.getSimpleName())
                        .isTrue());
    }

    @Test
    void everyKernelHasRandomCases() throws Exception {
        assertThat(KernelCases.ALL.keySet()).containsExactlyInAnyOrderElementsOf(descriptions());
    }

    /** All classes beside {@link Kernel} that implement it, wherever that package lies. */
    private static List<Class<? extends Kernel>> descriptions() throws Exception {
        URI root =
                Kernel.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path location = Path.of(root);
        if (Files.isDirectory(location)) {
            return kernelsIn(location);
        }
        try (FileSystem jar = FileSystems.newFileSystem(location, Map.of())) {
            return kernelsIn(jar.getPath("/"));
        }
    }

    private static List<Class<? extends Kernel>> kernelsIn(Path root)
            throws IOException, ClassNotFoundException, URISyntaxException {
        List<Class<? extends Kernel>> found = new ArrayList<>();
        String folder = Kernel.class.getPackageName().replace('.', '/');
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    Class<?> type = Class.forName(
                            Kernel.class.getPackageName() + "." + name.substring(0, name.length() - ".class".length()));
                    if (Kernel.class.isAssignableFrom(type) && !type.isInterface()) {
                        found.add(type.asSubclass(Kernel.class));
                    }
                }
            }
        }
        return found;
    }
}
