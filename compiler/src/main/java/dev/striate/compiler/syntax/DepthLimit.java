package dev.striate.compiler.syntax;

import dev.striate.grammar.CnnParser.ChoiceContext;
import dev.striate.grammar.CnnParser.ExprContext;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.antlr.v4.runtime.tree.ErrorNode;
import org.antlr.v4.runtime.tree.ParseTreeListener;
import org.antlr.v4.runtime.tree.TerminalNode;

/**
 * Stops the parser where expressions or {@code else if} nest so deeply, even without brackets, that its stack could
 * overflow.
 */
final class DepthLimit implements ParseTreeListener {
    private final ErrorLog log;
    private int depth;

    DepthLimit(ErrorLog log) {
        this.log = log;
    }

    @Override
    public void enterEveryRule(ParserRuleContext context) {
        if (isCounted(context) && ++depth > Brackets.DEEPEST) {
            log.add(Brackets.tooDeep((SourceToken) context.getStart()));
            throw new ParseCancellationException();
        }
    }

    @Override
    public void exitEveryRule(ParserRuleContext context) {
        if (isCounted(context)) {
            depth--;
        }
    }

    private static boolean isCounted(ParserRuleContext context) {
        return context instanceof ExprContext || context instanceof ChoiceContext;
    }

    @Override
    public void visitTerminal(TerminalNode node) {}

    @Override
    public void visitErrorNode(ErrorNode node) {}
}
