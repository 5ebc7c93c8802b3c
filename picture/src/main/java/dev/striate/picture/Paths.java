package dev.striate.picture;

import dev.striate.compiler.ir.Node;

/** The parts of paths: {@code layer1.0.conv1@2} is {@code conv1} in {@code layer1.0}, in the second use of shared weights. */
final class Paths {
    private Paths() {}

    /** What stands before the last segment, with the number of the use; empty when there is no such. */
    static String group(Node node) {
        String path = node.path();
        String own = withoutUse(path);
        int dot = own.lastIndexOf('.');
        return dot < 0 ? "" : own.substring(0, dot) + path.substring(own.length());
    }

    /** The path without the number of the use. */
    static String withoutUse(String path) {
        int at = path.lastIndexOf('@');
        return at < 0 ? path : path.substring(0, at);
    }

    /** The number of the use of shared weights, from 1. */
    static int use(String path) {
        int at = path.lastIndexOf('@');
        return at < 0 ? 1 : Integer.parseInt(path.substring(at + 1));
    }

    /** The last segment. */
    static String name(Node node) {
        String own = withoutUse(node.path());
        return own.substring(own.lastIndexOf('.') + 1);
    }
}
