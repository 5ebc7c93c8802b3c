package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.cuda.driver.Machine;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bindings are an optional dependency. */
class MissingBindingsTest {
    /** Loads what is on the class path but jars of the bindings whose names match. */
    private static URLClassLoader without(String jars) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = Path.of(part).getFileName().toString();
            if (!name.matches(jars)) {
                urls.add(Path.of(part).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void withoutThemTheProviderSaysSo() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = without("cuda-\\d.*\\.jar")) {
            Class<?> provider = loader.loadClass(CudaProvider.class.getName());
            assertThat(provider).isNotSameAs(CudaProvider.class);
            Object made = provider.getConstructor().newInstance();
            assertThat(provider.getMethod("whyNot").invoke(made))
                    .asString()
                    .startsWith("the bindings are missing; add org.bytedeco:cuda (org/bytedeco/");
        }
    }

    /** Who has the classes, but not the jar of his platform, would install a toolkit in vain. */
    @Test
    void withoutTheirNativePartTheToolkitIsNotBlamed() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = without("cuda-\\d.*-x86_64\\.jar")) {
            Class<?> machine = loader.loadClass(Machine.class.getName());
            assertThat(machine.getMethod("whyNotConnected").invoke(null))
                    .asString()
                    .matches("the native part of the bindings is missing; add org\\.bytedeco:cuda with the classifier"
                            + " \\w+-x86_64 \\(.+\\)");
        }
    }
}
