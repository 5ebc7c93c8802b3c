package dev.striate.compiler.analyze;

import dev.striate.compiler.syntax.Ast;

/**
 * What stands at the left of {@code =} where a loss or metric is declared.
 *
 * @param role what is declared
 * @param name its name, which is the path of the operator that computes it when that is one
 */
record Term(Role role, Ast.Name name) {}
