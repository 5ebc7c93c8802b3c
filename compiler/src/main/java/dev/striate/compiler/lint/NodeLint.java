package dev.striate.compiler.lint;

import dev.striate.compiler.ir.Node;

/** Looks for one kind of probable mistake at one node and those around it; all of them see a node before the next. */
@FunctionalInterface
interface NodeLint {
    /** Reports what it finds about a node of a net. */
    void check(Node node, Wiring net, Report report);
}
