package dev.striate.compiler.format;

import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import java.util.Optional;

/**
 * The one layout of {@code .cnn} files. Formatting what is formatted changes nothing, and the tree stays the same.
 *
 * <ul>
 *   <li>Two spaces of indent; a statement a line; at most one blank line in a row, none at the ends of braces.
 *   <li>The author breaks chains: a line end before {@code ->} stays, and the arrows of a chain stand below its first
 *       one. After {@code =} they stand two columns in. Braces are on one line, or each part of them has a line, when
 *       the author has a line end after the opening, before the closing brace or before a {@code |}.
 *   <li>Everything else is one line as long as it fits in 120 columns. A line that does not is broken before the last
 *       arrow that fits; where there is none, braces are spread, then it is broken at a {@code where} or {@code at},
 *       before an operator, after a comma, and outside of brackets rather than inside.
 *   <li>One space around operators with two operands ({@code ..} and the {@code *} of {@code lr*0.1} apart), none around
 *       the {@code =} of an argument; only the parentheses that are needed.
 *   <li>What the author aligned with more than one space in lines that follow one another stays aligned; other runs of
 *       spaces become one.
 *   <li>Comments stay where they are, at the end of a line or on their own. Lines end with {@code \n}.
 * </ul>
 */
public final class Formatter {
    private Formatter() {}

    /** The text of {@code file} in this layout; empty when it has syntax errors, which are reported. Never throws. */
    public static Optional<String> format(SourceFile file, Diagnostics diagnostics) {
        Diagnostics found = new Diagnostics();
        Ast.File tree = CnnParser.parse(file, found);
        found.sorted().forEach(diagnostics::add);
        if (found.hasErrors()) {
            return Optional.empty();
        }
        Pieces pieces = new Pieces(file);
        new Structure(pieces).file(tree);
        return Optional.of(new Layout(pieces.printed()).print());
    }
}
