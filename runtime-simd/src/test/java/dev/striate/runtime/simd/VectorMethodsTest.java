package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A method that takes or returns a vector must be inlined where it is called, or the vector becomes an object on the heap. The
 * JIT compiler does not always inline what has a loop or more than a few bytes: what is called rarely is not worth it, and how often
 * that is it knows only by and by.
 */
class VectorMethodsTest {
    /** The most bytes of a method that the JIT compiler inlines also where it thinks that it is called rarely (MaxInlineSize). */
    private static final int MOST_BYTES = 35;

    @Test
    void methodsOfVectorsAreShortAndWithoutLoops() throws IOException, URISyntaxException {
        Path classes = Path.of(VectorMath.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<MethodModel> methods = files.filter(file -> file.toString().endsWith(".class"))
                    .flatMap(file -> parse(file).stream())
                    .filter(method -> method.methodType().stringValue().contains("Ljdk/incubator/vector/"))
                    .toList();
            assertThat(methods).hasSizeGreaterThan(5);
            assertThat(methods.stream()
                            .filter(method -> !isInlined(method))
                            .map(method ->
                                    method.parent().orElseThrow().thisClass().asInternalName()
                                            + '.'
                                            + method.methodName().stringValue()))
                    .isEmpty();
        }
    }

    private static List<MethodModel> parse(Path file) {
        try {
            return ClassFile.of().parse(file).methods();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInlined(MethodModel method) {
        CodeAttribute code = (CodeAttribute) method.code().orElseThrow();
        if (code.codeLength() > MOST_BYTES) {
            return false;
        }
        int at = 0;
        for (var element : code) {
            if (element instanceof BranchInstruction branch && code.labelToBci(branch.target()) <= at) {
                return false;
            }
            at += element instanceof Instruction instruction ? instruction.sizeInBytes() : 0;
        }
        return true;
    }
}
