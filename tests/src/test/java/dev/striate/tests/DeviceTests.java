package dev.striate.tests;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests that need a GPU where there is no Maven: prints a table of what held and writes it to a file, each line as soon as it is
 * known, so that it is there when time is up before the end. {@code run-tests} of a bundle of {@code scripts/gpu-bundle} starts it. It ends
 * with status 1 when a test failed, and with 3 when none ran.
 */
final class DeviceTests implements TestExecutionListener {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Path file;
    /** When the running test began; containers have no time of their own. */
    private long started;

    private int passed;
    private int failed;

    private DeviceTests(Path file) throws IOException {
        this.file = file;
        Files.writeString(file, "");
        line("| test | result | seconds | message |");
        line("|---|---|---|---|");
    }

    /**
     * Runs them.
     *
     * @param args the file for the table, or {@code --check}: only looks whether all classes are there that they need
     * @throws IOException when it cannot be written
     */
    public static void main(String... args) throws IOException {
        if (args[0].equals("--check")) {
            System.exit(check());
        }
        System.exit(run(request(), Path.of(args[0])));
    }

    /**
     * Runs some tests.
     *
     * @param file for the table
     * @return the status to end with
     * @throws IOException when the table cannot be written
     */
    static int run(LauncherDiscoveryRequest tests, Path file) throws IOException {
        DeviceTests table = new DeviceTests(file);
        LauncherFactory.create().execute(tests, table);
        table.line("");
        table.line(table.passed + " passed, " + table.failed + " failed");
        return table.failed > 0 ? 1 : table.passed == 0 ? 3 : 0;
    }

    private static LauncherDiscoveryRequest request() {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("dev.striate"))
                .filters(includeTags("cuda"))
                .build();
    }

    /** The names of the classes with tests that need a GPU. */
    static Set<String> classes() {
        TestPlan plan = LauncherFactory.create().discover(request());
        return plan.getRoots().stream()
                .flatMap(root -> plan.getDescendants(root).stream())
                .flatMap(test -> test.getSource().stream())
                .flatMap(source -> source instanceof ClassSource c ? Stream.of(c.getClassName()) : Stream.empty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Says what the tests would miss; needs no device. */
    private static int check() throws IOException {
        Set<String> classes = classes();
        List<String> missing = DeviceClasses.missing(DeviceTests.class.getClassLoader(), classes);
        missing.forEach(System.err::println);
        System.err.println(classes.size() + " classes of tests, " + missing.size() + " missing for them");
        return classes.isEmpty() || !missing.isEmpty() ? 1 : 0;
    }

    private void line(String line) {
        out.println(line);
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (!test.isContainer()
                || test.getSource().filter(MethodSource.class::isInstance).isPresent()) {
            out.println("running " + test.getDisplayName());
        }
        if (test.isTest()) {
            started = System.nanoTime();
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        line("| " + test.getDisplayName() + " | skipped | | " + reason + " |");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean held = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (test.isContainer() && held) {
            return;
        }
        String message = result.getThrowable().map(DeviceTests::message).orElse("");
        String word = switch (result.getStatus()) {
            case SUCCESSFUL -> "passed";
            case ABORTED -> "skipped";
            case FAILED -> "FAILED";
        };
        passed += held ? 1 : 0;
        failed += result.getStatus() == TestExecutionResult.Status.FAILED ? 1 : 0;
        String seconds = test.isContainer() ? "" : String.valueOf((System.nanoTime() - started) / 1_000_000_000);
        line("| " + test.getDisplayName() + " | " + word + " | " + seconds + " | " + message + " |");
    }

    /** In one line, without what would end a cell of the table. */
    private static String message(Throwable thrown) {
        String text = String.valueOf(thrown).replaceAll("\\s+", " ").replace("|", "/");
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
