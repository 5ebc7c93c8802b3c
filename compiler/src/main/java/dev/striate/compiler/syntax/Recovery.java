package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.grammar.CnnParser.*;
import java.util.List;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * Where parsing goes on after an error: after the bracket that the error is in, at the next step of the chain, at the
 * next statement or setting, or at the next declaration, whichever is nearest. Since brackets pair ({@link Brackets}),
 * these places are certain, and what is found wrong after one of them is an error of its own.
 */
final class Recovery extends DefaultErrorStrategy {
    private static final int NOWHERE = -1;

    private final List<SourceToken> tokens;
    private final ErrorLog log;
    private boolean reported;

    Recovery(List<SourceToken> tokens, ErrorLog log) {
        this.tokens = tokens;
        this.log = log;
    }

    /** Tokens are put in and taken out by {@link Brackets} only. */
    @Override
    public Token recoverInline(Parser parser) {
        throw new InputMismatchException(parser);
    }

    /** In lists of statements, settings and declarations: skips what cannot begin one. */
    @Override
    public void sync(Parser parser) {
        ParserRuleContext context = parser.getContext();
        if (!(context instanceof StmtsContext
                || context instanceof SettingsContext
                || context instanceof FileContext)) {
            return;
        }
        IntervalSet fitting = parser.getATN().nextTokens(parser.getATN().states.get(parser.getState()));
        while (!fitting.contains(parser.getInputStream().LA(1))) {
            SourceToken found = tokens.get(parser.getInputStream().index());
            SourceToken before = before(found);
            boolean goesOn = !found.isFirstOnLine() && before.opener == found.opener;
            if (!found.suspect && !(goesOn && before.suspect)) {
                report(new ListErrors(new Trouble(tokens, found)).explain(context));
            }
            int next = next(context, (SourceToken) context.getStart(), found.getTokenIndex() + 1);
            damage(goesOn ? before : found, next);
            parser.getInputStream().seek(next);
        }
    }

    @Override
    public void reportError(Parser parser, RecognitionException e) {
        if (reported) {
            return;
        }
        reported = true;
        SourceToken found = (SourceToken) e.getOffendingToken();
        ParserRuleContext around = parser.getContext();
        while (resumption(around, found) == NOWHERE) {
            around = around.getParent();
        }
        int first = around.getStart().getTokenIndex() - (around instanceof StepContext ? 1 : 0);
        boolean consequence = tokens.subList(Math.min(first, found.getTokenIndex()), found.getTokenIndex() + 1).stream()
                .anyMatch(t -> t.suspect);
        if (!consequence) {
            report(new SyntaxErrors(new Trouble(tokens, found)).explain(parser.getContext(), e));
        }
    }

    @Override
    public void recover(Parser parser, RecognitionException e) {
        ParserRuleContext context = parser.getContext();
        SourceToken found = (SourceToken) e.getOffendingToken();
        int next = resumption(context, found);
        if (next == NOWHERE) {
            throw e;
        }
        int start = context.getStart().getTokenIndex();
        damage(tokens.get(next > start ? start : Math.max(0, start - 1)), next);
        parser.getInputStream().seek(next);
        reported = false;
    }

    private void report(Diagnostic.Builder error) {
        log.add(error);
        if (log.isFull()) {
            throw new ParseCancellationException();
        }
    }

    private SourceToken before(SourceToken token) {
        return tokens.get(Math.max(0, token.getTokenIndex() - 1));
    }

    private void damage(SourceToken from, int to) {
        from.damaged = true; // also when nothing is skipped
        tokens.subList(from.getTokenIndex(), Math.max(from.getTokenIndex(), to)).forEach(t -> t.damaged = true);
    }

    /** The index of the token where parsing can go on after {@code context}, or {@link #NOWHERE}. */
    private int resumption(ParserRuleContext context, SourceToken found) {
        SourceToken start = (SourceToken) context.getStart();
        return switch (context) {
            case ArgsContext c -> after(start);
            case ParamsContext c -> after(start);
            case BodyContext c -> after(start);
            case BranchesContext c -> after(start);
            case StmtsContext c -> after(start);
            case SettingsContext c -> after(start);
            case ArgContext c -> next(c, start, found.getTokenIndex());
            case ParamContext c -> next(c, start, found.getTokenIndex());
            case StepContext c -> next(c, start, found.getTokenIndex());
            case StmtContext c -> next(c, start, found.getTokenIndex());
            case SettingContext c -> next(c, start, found.getTokenIndex());
            case DeclContext c -> next(c, start, found.getTokenIndex());
            case ImportDeclContext c -> next(c, start, found.getTokenIndex());
            case PackageDeclContext c -> next(c, start, found.getTokenIndex());
            case FileContext c -> tokens.size() - 1;
            default -> NOWHERE;
        };
    }

    /** After the bracket that {@code start} opens, if it is one. */
    private static int after(SourceToken start) {
        return Brackets.isOpener(start) && start.partner != null ? start.partner.getTokenIndex() + 1 : NOWHERE;
    }

    /** The first index, from {@code from}, where the brackets around {@code context} close or its like begins anew. */
    private int next(ParserRuleContext context, SourceToken start, int from) {
        boolean isBracket = context instanceof StmtsContext || context instanceof SettingsContext;
        SourceToken level = isBracket ? start : start.opener;
        int i = from;
        while (i < tokens.size() - 1) {
            SourceToken token = tokens.get(i);
            SourceToken opener = Brackets.isCloser(token) ? token.partner : null;
            boolean closes = opener != null && (opener == level || opener.getTokenIndex() < start.getTokenIndex());
            if (closes || (token.opener == level && canResume(context, i))) {
                return i;
            }
            i++;
        }
        return i;
    }

    private boolean canResume(ParserRuleContext context, int i) {
        return switch (context) {
            case ArgContext c -> tokens.get(i).is(",");
            case ParamContext c -> tokens.get(i).is(",");
            case StepContext step -> canResume(step, i);
            case StmtsContext c -> Words.mayBeginStatement(tokens, i);
            case StmtContext c -> Words.mayBeginStatement(tokens, i);
            case SettingsContext c -> Words.mayBeginStatement(tokens, i);
            case SettingContext c -> Words.mayBeginStatement(tokens, i);
            default -> Words.mayBeginDeclaration(tokens, i);
        };
    }

    /** A chain goes on with the next arrow, or ends where what is around it goes on. */
    private boolean canResume(StepContext step, int i) {
        SourceToken token = tokens.get(i);
        if (token.is("->")) {
            return true;
        }
        ParserRuleContext around = step.getParent();
        while (!(around instanceof StmtContext)) {
            switch (around) {
                case ArgsContext c -> {
                    return token.is(",");
                }
                case BranchesContext c -> {
                    return token.is("|");
                }
                case ParamsContext c -> {
                    return token.is(",");
                }
                case BodyContext c -> {
                    return false;
                }
                default -> around = around.getParent();
            }
        }
        return Words.mayBeginStatement(tokens, i);
    }
}
