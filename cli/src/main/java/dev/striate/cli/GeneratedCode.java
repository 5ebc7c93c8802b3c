package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.core.NetSpec;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles generated Java in memory and loads its classes. */
public final class GeneratedCode {
    private GeneratedCode() {}

    /**
     * A generated class.
     *
     * @param spec what its weights are
     * @param recipes how it may be trained
     */
    public record Generated(CompiledNet source, NetSpec spec, List<Recipe> recipes, Class<? extends Net> type) {
        /** A net with weights. */
        public Net create(Weights weights) {
            try {
                return type.getConstructor(Weights.class).newInstance(weights);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " is not of the form that the compiler generates", e);
            }
        }
    }

    /**
     * Loads the classes of nets.
     *
     * @throws Failure when the Java that runs has no compiler
     * @throws IllegalStateException when the generated code is wrong, which is a bug
     */
    public static List<Generated> load(List<CompiledNet> nets) {
        Loader loader = new Loader(compile(nets));
        return nets.stream().map(net -> load(net, loader)).toList();
    }

    private static Generated load(CompiledNet net, ClassLoader loader) {
        try {
            Class<? extends Net> type =
                    Class.forName(net.className(), true, loader).asSubclass(Net.class);
            NetSpec spec = (NetSpec) type.getField("SPEC").get(null);
            List<Recipe> recipes = ((List<?>) type.getField("RECIPES").get(null))
                    .stream().map(Recipe.class::cast).toList();
            return new Generated(net, spec, recipes, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(net.javaPath() + " is not of the form that the compiler generates", e);
        }
    }

    /** Class files by name. */
    private static Map<String, byte[]> compile(List<CompiledNet> nets) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        if (javac == null) {
            throw Failure.machine("the Java in " + System.getProperty("java.home")
                    + " has no compiler; install a JDK 25 or later and point JAVA_HOME to it");
        }
        StringWriter messages = new StringWriter();
        StandardJavaFileManager standard = javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
        MemoryFiles files = new MemoryFiles(standard);
        List<String> options =
                List.of("-proc:none", "-Xlint:none", "-classpath", home(NetSpec.class) + separator() + home(Net.class));
        List<Source> sources = nets.stream().map(Source::new).toList();
        if (!javac.getTask(messages, files, null, options, null, sources).call()) {
            throw new IllegalStateException("the generated code does not compile:\n" + messages);
        }
        Map<String, byte[]> classes = new HashMap<>();
        files.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    private static String separator() {
        return System.getProperty("path.separator", ":");
    }

    /** The jar or folder that a class comes from, wherever the launcher's class path has it. */
    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " comes from nowhere", e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(CompiledNet net) {
            super(URI.create("memory:///" + net.javaPath()), Kind.SOURCE);
            this.text = net.java();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class MemoryFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        MemoryFiles(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }

    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(GeneratedCode.class.getClassLoader());
            this.classes = classes;
        }

        /** What was compiled just now comes before a class of the same name on the class path, as in stdlib-models. */
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!classes.containsKey(name)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
