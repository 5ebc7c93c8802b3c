package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

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
    /** Loads what is on the class path but the bindings. */
    private static URLClassLoader withoutBindings() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = Path.of(part).getFileName().toString();
            if (!name.matches("cuda-\\d.*\\.jar")) {
                urls.add(Path.of(part).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void withoutThemTheProviderSaysSo() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = withoutBindings()) {
            Class<?> provider = loader.loadClass(CudaProvider.class.getName());
            assertThat(provider).isNotSameAs(CudaProvider.class);
            Object made = provider.getConstructor().newInstance();
            assertThat(provider.getMethod("whyNot").invoke(made))
                    .asString()
                    .startsWith("the bindings are missing; add org.bytedeco:cuda (org/bytedeco/");
        }
    }
}
