package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import dev.striate.core.NetSpec;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.sources.SourceRoots;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * A net that went all the way: compiled to Java, from there to a class, and loaded.
 *
 * @param model what it was compiled from
 * @param spec its parameters
 * @param type the generated class
 */
record GeneratedNet(NetModel model, NetSpec spec, Class<? extends Net> type) {
    /** The packages that nets import from: those of golden nets, and the standard library. */
    private static final Library LIBRARY = new SourceRoots(
            Path.of(""),
            List.of(Path.of("../compiler/src/test/golden/library"), Path.of("../stdlib-models/src/main/cnn")));

    /** Compiles a file with one net; {@code folder} takes the class files. */
    static GeneratedNet of(String text, Path folder) throws IOException, ReflectiveOperationException {
        CompiledNet net = compile(text);
        return of(net, net.java(), folder);
    }

    /** Compiles a file with one net by chosen passes. */
    static GeneratedNet of(String text, Pipelines passes, Path folder)
            throws IOException, ReflectiveOperationException {
        CompiledNet net = nets(text, passes).getFirst();
        return of(net, net.java(), folder);
    }

    /** Compiles a file with any number of nets, each in a class of its own; {@code folder} takes the class files. */
    static List<GeneratedNet> all(String text, Path folder) throws IOException, ReflectiveOperationException {
        List<GeneratedNet> all = new ArrayList<>();
        for (CompiledNet net : compiled(text)) {
            all.add(of(net, net.java(), folder));
        }
        return all;
    }

    /** A source with the class that was generated from it before. */
    static GeneratedNet of(String text, String java, Path folder) throws IOException, ReflectiveOperationException {
        return of(compile(text), java, folder);
    }

    private static CompiledNet compile(String text) {
        List<CompiledNet> nets = compiled(text);
        assertThat(nets).hasSize(1);
        return nets.getFirst();
    }

    /** The nets of a file without errors. */
    static List<CompiledNet> compiled(String text) {
        return nets(text, Pipelines.ALL);
    }

    /** The same, compiled by chosen passes. */
    static List<CompiledNet> nets(String text, Pipelines passes) {
        Compilation compilation = Compiler.compile(new SourceFile("test.cnn", text), LIBRARY, passes);
        assertThat(new TextRenderer(false).render(compilation.diagnostics().errors()))
                .as(text)
                .isEmpty();
        return compilation.nets();
    }

    private static GeneratedNet of(CompiledNet net, String text, Path folder)
            throws IOException, ReflectiveOperationException {
        Path java = folder.resolve(net.javaPath());
        Files.createDirectories(java.getParent());
        Files.writeString(java, text);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-Xlint:all,-path",
                        "-Werror",
                        "-d",
                        folder.toString(),
                        java.toString());
        assertThat(status).as(text).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, GeneratedNet.class.getClassLoader())) {
            String className = net.javaPath().replace(".java", "").replace('/', '.');
            Class<? extends Net> type = Class.forName(className, true, loader).asSubclass(Net.class);
            loadNested(type, loader);
            NetSpec spec = (NetSpec) type.getField("SPEC").get(null);
            return new GeneratedNet(net.model(), spec, type);
        }
    }

    /** Loads the classes within before the loader is closed. */
    private static void loadNested(Class<?> type, ClassLoader loader) throws ClassNotFoundException {
        for (Class<?> nested : type.getDeclaredClasses()) {
            assertThat(loader.loadClass(nested.getName())).isSameAs(nested);
            loadNested(nested, loader);
        }
    }

    /** The class with weights. */
    Net with(Weights weights) throws ReflectiveOperationException {
        return type.getConstructor(Weights.class).newInstance(weights);
    }

    /** The paths of the parameters, in the order of the weights. */
    List<String> paths() {
        return spec.parameters().stream().map(p -> p.name()).toList();
    }
}
