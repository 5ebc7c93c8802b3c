package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.core.kernel.Kernel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No kernel and no operator is left out where backends are compared. Apart, as tests of a device have no ArchUnit. */
class KernelsCoveredTest {
    @Test
    void everyKernelIsEmittedAndEveryOperatorEmitsOne() {
        Set<String> operators = new HashSet<>();
        Set<String> kernels = new HashSet<>();
        KernelsAgreeTest.forEachCase(5, c -> {
            operators.add(c.op().name());
            kernels.add(Kernels.of(c).getClass().getName());
        });
        assertThat(operators)
                .containsExactlyInAnyOrderElementsOf(
                        Ops.ALL.stream().map(OpSpec::name).toList());
        assertThat(kernels)
                .containsExactlyInAnyOrderElementsOf(new ClassFileImporter()
                        .importPackages(Kernel.class.getPackageName()).stream()
                                .filter(k -> k.isAssignableTo(Kernel.class) && !k.isInterface())
                                .map(JavaClass::getName)
                                .toList());
    }
}
