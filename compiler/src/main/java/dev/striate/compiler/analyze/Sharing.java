package dev.striate.compiler.analyze;

import dev.striate.compiler.syntax.Ast;

/** A {@code shared} layer or block: what it is, where it was declared, and how often it was used. */
final class Sharing {
    private final Ast.Call call;
    private final Frame declared;
    private final String path;
    private int uses;

    Sharing(Ast.Call call, Frame declared, String path) {
        this.call = call;
        this.declared = declared;
        this.path = path;
    }

    /** What is shared. */
    Ast.Call call() {
        return call;
    }

    /** Where it was declared, which says what the names in its arguments mean. */
    Frame declared() {
        return declared;
    }

    /** Its path, which is the same at every use. */
    String path() {
        return path;
    }

    /** The number of the next use, from 1. */
    int next() {
        return ++uses;
    }

    /** How often it was used. */
    int uses() {
        return uses;
    }
}
