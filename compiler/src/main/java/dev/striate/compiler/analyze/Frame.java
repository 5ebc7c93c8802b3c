package dev.striate.compiler.analyze;

/**
 * Where something is written.
 *
 * @param scope what names mean there
 * @param place which paths its layers get
 * @param body the net or block that it belongs to
 * @param terms whether losses, metrics and labels can stand there as well: behind {@code loss name =}, and in blocks
 * @param loop whether it is repeated, so that an output would be there several times
 */
record Frame(Scope scope, Place place, Body body, boolean terms, boolean loop) {
    /** The same with other paths. */
    Frame at(Place other) {
        return new Frame(scope, other, body, terms, loop);
    }

    /** The same with names of its own. */
    Frame in(Scope other) {
        return new Frame(other, place, body, terms, loop);
    }

    /** The same where losses, metrics and labels can stand. */
    Frame forTerms() {
        return new Frame(scope, place, body, true, loop);
    }

    /** The same within a loop. */
    Frame repeated() {
        return new Frame(scope, place, body, terms, true);
    }
}
