package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.striate.runtime.backend.Backends;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** The table of {@code run-tests}: what it says of tests that hold, fail, are skipped, or are cut off. */
class DeviceTestsTest {
    private static final ScopedValue<Path> TABLE = ScopedValue.newInstance();

    @TempDir
    private Path folder = Path.of("");

    /** Tests of which the later ones see what the table says of the earlier ones. */
    static final class Sample {
        @TestFactory
        List<DynamicTest> inOrder() {
            Path table = TABLE.get();
            CountDownLatch both = new CountDownLatch(2);
            return Stream.of(
                            Together.tests(List.of("first", "second"), 2, name -> {
                                both.countDown();
                                assertThat(both.await(1, TimeUnit.MINUTES)).isTrue();
                            }),
                            Together.tests(List.of("third"), 1, name -> fail("as | it should")),
                            Together.tests(List.of("fourth"), 1, name -> abort("not here")),
                            List.of(DynamicTest.dynamicTest(
                                    "fifth",
                                    () -> assertThat(Files.readString(table))
                                            .contains("| first | passed |", "| fourth | skipped |"))))
                    .flatMap(List::stream)
                    .toList();
        }
    }

    private static LauncherDiscoveryRequest request(Class<?> tests) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
    }

    @Test
    void linesAreInTheFileAsSoonAsTheyAreKnown() throws Exception {
        Path table = folder.resolve("tests.md");
        int status = ScopedValue.where(TABLE, table).call(() -> DeviceTests.run(request(Sample.class), table));
        List<String> lines = Files.readAllLines(table);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("| f") || line.startsWith("| s") || line.startsWith("| th"))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("| first | passed |"),
                        line -> assertThat(line).startsWith("| second | passed |"),
                        line -> assertThat(line)
                                .startsWith("| third | FAILED |")
                                .contains("as / it should"),
                        line -> assertThat(line)
                                .startsWith("| fourth | skipped |")
                                .contains("not here"),
                        line -> assertThat(line).startsWith("| fifth | passed |"));
        assertThat(lines).endsWith("", "3 passed, 1 failed");
        assertThat(status).isEqualTo(1);
    }

    /** Those that are made at run time are named by the method that makes them. */
    @Test
    void everyTestOfADeviceIsSaidToBeSkippedWhereThereIsNone() throws IOException {
        assumeTrue(!Backends.whyNoCuda().isEmpty(), "there is a device");
        Path table = folder.resolve("tests.md");
        assertThat(DeviceTests.run(request(CudaDeviceTest.class), table)).isEqualTo(3);
        List<String> skipped = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            if (line.contains(" | skipped | | not run on a device: ")) {
                skipped.add(line.substring(2).replaceFirst("\\(.*", ""));
            }
        }
        List<String> methods = Stream.of(CudaDeviceTest.class.getDeclaredMethods())
                .filter(DeviceTestsTest::isTest)
                .map(Method::getName)
                .toList();
        assertThat(methods).contains("netsOfTheLibraryAgreeWithTheEvaluator");
        assertThat(skipped).containsExactlyInAnyOrderElementsOf(methods);
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(TestFactory.class)
                || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
