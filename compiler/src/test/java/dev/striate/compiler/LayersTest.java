package dev.striate.compiler;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * The layers of the design, read from the class files of core, grammar and compiler. A rule whose subject matches no
 * class fails, so a rule cannot pass because its classes were not found.
 */
@AnalyzeClasses(packages = "dev.striate", importOptions = DoNotIncludeTests.class)
class LayersTest {
    private static final String COMPILER = "dev.striate.compiler..";

    @ArchTest
    static final ArchRule compilerDoesNoIo = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
            .because("sources come in and sources go out as values");

    @ArchTest
    static final ArchRule compilerKnowsNoClock = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.time..")
            .because("output is a pure function of the sources");

    @ArchTest
    static final ArchRule compilerReadsNothingFromTheSystem = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .should()
            .callMethodWhere(
                    target(owner(name("java.lang.System"))).and(DescribedPredicate.not(target(name("arraycopy")))))
            .because("time, properties, environment and line ends differ between machines");

    @ArchTest
    static final ArchRule compilerKnowsNoRuntime = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.striate.runtime..", "org.bytedeco..", "java.lang.foreign..")
            .because("a build that compiles networks must load no native library");

    @ArchTest
    static void theLibrariesOfTheNextTwoRulesAreUsed(JavaClasses classes) {
        assertThat(dependents(classes, "dev.striate.compiler.emit", "com.palantir.javapoet"))
                .isNotEmpty();
        assertThat(dependents(classes, "dev.striate.compiler.syntax", "org.antlr.v4"))
                .isNotEmpty();
        assertThat(dependents(classes, "dev.striate.compiler.syntax", "dev.striate.grammar"))
                .isNotEmpty();
    }

    /** The classes of one package that depend on classes of another, or on such of packages in it. */
    private static List<JavaClass> dependents(JavaClasses classes, String of, String on) {
        return classes.stream()
                .filter(c -> c.getPackageName().equals(of))
                .filter(c -> c.getDirectDependenciesFromSelf().stream()
                        .anyMatch(d -> d.getTargetClass().getPackageName().startsWith(on)))
                .toList();
    }

    @ArchTest
    static final ArchRule onlyEmitWritesJava = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .and()
            .resideOutsideOfPackage("dev.striate.compiler.emit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.palantir.javapoet..");

    @ArchTest
    static final ArchRule onlySyntaxSeesTheParser = noClasses()
            .that()
            .resideInAPackage(COMPILER)
            .and()
            .resideOutsideOfPackage("dev.striate.compiler.syntax..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.antlr..", "dev.striate.grammar..");

    @ArchTest
    static final ArchRule coreStandsAlone = classes()
            .that()
            .resideInAPackage("dev.striate.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.striate.core..");
}
