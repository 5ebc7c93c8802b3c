package dev.striate.compiler;

import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.format.Formatter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every file below {@code format} looks as in the file beside it when it is formatted; see {@link Golden}. */
class GoldenFormatTest {
    @TestFactory
    List<DynamicTest> layouts() throws IOException {
        return Golden.in("format")
                .tests(file -> Map.of(
                        ".expected", Formatter.format(file, new Diagnostics()).orElseThrow()));
    }
}
