package dev.striate.compiler;

import dev.striate.compiler.analyze.NetModel;

/**
 * A net and the Java class that was made of it.
 *
 * @param packageName the package of its file, empty without one
 * @param name the net's name
 * @param javaPath the class's file within a source root, such as {@code zoo/mnist/LeNet5.java}
 * @param java the text of the class
 * @param model the net itself
 */
public record CompiledNet(String packageName, String name, String javaPath, String java, NetModel model) {
    /** The name with its package. */
    public String qualifiedName() {
        return model.qualifiedName();
    }

    /** The name of the class with its package: {@link #qualifiedName} but for the keywords of Java, as {@code a.int_.b}. */
    public String className() {
        return javaPath.substring(0, javaPath.length() - ".java".length()).replace('/', '.');
    }
}
