package dev.striate.tests;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests that need a GPU where there is no Maven: prints a table of what held and writes it to a file. {@code
 * run-tests} of a bundle of {@code scripts/gpu-bundle} starts it. It ends with status 1 when a test failed, and with 3
 * when none ran.
 */
final class DeviceTests implements TestExecutionListener {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<String> lines = new ArrayList<>();
    /** When the running test began; containers have no time of their own. */
    private long started;

    private int passed;
    private int failed;

    private DeviceTests() {
        line("| test | result | seconds | message |");
        line("|---|---|---|---|");
    }

    /**
     * Runs them.
     *
     * @param args the file for the table
     * @throws IOException when it cannot be written
     */
    public static void main(String... args) throws IOException {
        DeviceTests table = new DeviceTests();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("dev.striate"))
                .filters(includeTags("cuda"))
                .build();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, table);
        table.line("");
        table.line(table.passed + " passed, " + table.failed + " failed");
        Files.write(Path.of(args[0]), table.lines);
        System.exit(table.failed > 0 ? 1 : table.passed == 0 ? 3 : 0);
    }

    private void line(String line) {
        lines.add(line);
        out.println(line);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
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
