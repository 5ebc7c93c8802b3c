package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that need a GPU run without what {@code scripts/gpu-bundle} leaves out. */
class DeviceClassesTest {
    @Test
    void testsOfADeviceNeedNothingThatTheBundleLeavesOut() throws IOException {
        try (URLClassLoader bundle = bundle()) {
            assertThat(DeviceTests.classes()).contains(CudaDeviceTest.class.getName());
            assertThat(DeviceClasses.missing(bundle, DeviceTests.classes())).isEmpty();
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        try (URLClassLoader bundle = bundle()) {
            assertThat(DeviceClasses.missing(bundle, List.of(KernelsCoveredTest.class.getName())))
                    .anyMatch(line -> line.startsWith("com.tngtech.archunit.core.importer.ClassFileImporter: "));
        }
    }

    /** The class path of this test without the artifacts and groups that the script leaves out. */
    private static URLClassLoader bundle() throws IOException {
        String script = Files.readString(Path.of("..", "scripts", "gpu-bundle"));
        List<String> folders = Stream.concat(
                        leftOut("artifacts", script),
                        leftOut("groups", script).map(group -> group.replace('.', File.separatorChar)))
                .map(name -> File.separator + name + File.separator)
                .toList();
        assertThat(folders).hasSizeGreaterThan(10);
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (folders.stream().noneMatch(part::contains)) {
                urls.add(url(part));
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Stream<String> leftOut(String kind, String script) {
        MatchResult list = Pattern.compile("(?m)^" + kind + "=(.*)$")
                .matcher(script)
                .results()
                .findFirst()
                .orElseThrow();
        return Stream.of(list.group(1).split(",", -1));
    }

    private static URL url(String part) throws MalformedURLException {
        return Path.of(part).toUri().toURL();
    }
}
