package dev.striate.maven;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.diag.TextRenderer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;

/**
 * Generates the classes of all <code>.cnn</code> files and adds them to the project's sources. Only what has changed is
 * generated again, and the classes of files that are gone are removed.
 */
@Mojo(
        name = "generate",
        defaultPhase = LifecyclePhase.GENERATE_SOURCES,
        requiresDependencyResolution = ResolutionScope.COMPILE,
        threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields before it calls execute.
public final class GenerateMojo extends AbstractMojo {
    /** The folder of the <code>.cnn</code> files; those in folders below count, too. */
    @Parameter(defaultValue = "${project.basedir}/src/main/cnn", required = true)
    private File sourceDirectory;

    /** Where the packages of the generated classes begin. Each execution needs a folder of its own. */
    @Parameter(defaultValue = "${project.build.directory}/generated-sources/cnn", required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
    private PluginDescriptor plugin;

    /** For Maven. */
    public GenerateMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        project.addCompileSourceRoot(outputDirectory.getPath());
        Generation generation;
        try {
            generation = new Generator(
                            absolute(project.getBasedir()),
                            absolute(sourceDirectory),
                            absolute(outputDirectory),
                            classPath(),
                            compiler())
                    .run();
        } catch (IOException e) {
            throw new MojoExecutionException("a file cannot be read or written: " + e.getMessage(), e);
        }
        generation.diagnostics().forEach(this::say);
        long errors = generation.errors();
        if (errors > 0) {
            throw new MojoFailureException(
                    "the .cnn files have " + count(errors, "error") + " (see above); nothing was generated");
        }
        if (generation.compiled().isEmpty() && generation.removed().isEmpty()) {
            getLog().info("Nothing to generate: " + count(generation.sources(), ".cnn file") + ", all up to date");
        } else {
            getLog().info("Compiled " + generation.compiled().size() + " of "
                    + count(generation.sources(), ".cnn file") + ": "
                    + count(generation.written().size(), "Java file")
                    + " written, " + generation.removed().size() + " removed");
        }
    }

    /** The jars and folders of the project's dependencies, from which {@code import} takes packages, too. */
    private List<Path> classPath() {
        return project.getArtifacts().stream()
                .map(Artifact::getFile)
                .filter(Objects::nonNull)
                .map(GenerateMojo::absolute)
                .toList();
    }

    /** The contents of the plugin and of all that it runs with, the compiler among them: a snapshot keeps its version. */
    private String compiler() throws IOException {
        List<Path> classPath =
                plugin.getArtifacts().stream().map(a -> a.getFile().toPath()).toList();
        return Hashes.ofContents(classPath);
    }

    private void say(Diagnostic diagnostic) {
        String text = diagnostic.span() + ": " + new TextRenderer(false).render(diagnostic);
        if (diagnostic.severity() == Severity.ERROR) {
            getLog().error(text);
        } else {
            getLog().warn(text);
        }
    }

    private static Path absolute(File file) {
        return file.toPath().toAbsolutePath().normalize();
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
