package dev.striate.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATNConfigSet;
import org.antlr.v4.runtime.atn.DecisionInfo;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.dfa.DFA;
import org.junit.jupiter.api.Test;

/** On sentences drawn from the grammar: one way to read each, found without context and without looking far ahead. */
class AmbiguityTest {
    private static final int SENTENCES = 5000;
    private static final int LONGEST = 150;

    @Test
    void sentencesOfTheGrammarHaveOneReading() {
        long seed = 20260101;
        Random random = new Random(seed);
        for (int i = 0; i < SENTENCES; i++) {
            List<Token> tokens = RandomSentences.draw(CnnParser.RULE_file, random, 1 + random.nextInt(LONGEST));
            CnnParser parser = parser(tokens);
            parser.getInterpreter().setPredictionMode(PredictionMode.LL_EXACT_AMBIG_DETECTION);
            parser.addErrorListener(new Strict(i + " of seed " + seed + ": " + text(tokens)));
            parser.file();
        }
    }

    @Test
    void decisionsLookAtMostThreeTokensAhead() {
        long seed = 20260102;
        Random random = new Random(seed);
        for (int i = 0; i < SENTENCES; i++) {
            List<Token> tokens = RandomSentences.draw(CnnParser.RULE_file, random, 1 + random.nextInt(LONGEST));
            CnnParser parser = parser(tokens);
            parser.setProfile(true);
            parser.getInterpreter().setPredictionMode(PredictionMode.SLL);

            parser.file();
            long furthest = Arrays.stream(parser.getParseInfo().getDecisionInfo())
                    .mapToLong((DecisionInfo d) -> d.SLL_MaxLook)
                    .max()
                    .orElseThrow();
            assertThat(furthest).as("%s of seed %s: %s", i, seed, text(tokens)).isLessThanOrEqualTo(3);
        }
    }

    private static CnnParser parser(List<Token> tokens) {
        CnnParser parser = new CnnParser(new CommonTokenStream(new ListTokenSource(tokens)));
        parser.removeErrorListeners();
        return parser;
    }

    private static String text(List<Token> tokens) {
        return tokens.stream().map(Token::getText).collect(Collectors.joining(" "));
    }

    /** Fails for whatever ANTLR reports. */
    private static final class Strict extends BaseErrorListener {
        private final String sentence;

        Strict(String sentence) {
            this.sentence = sentence;
        }

        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                Object token,
                int line,
                int column,
                String message,
                RecognitionException e) {
            throw new AssertionError("not accepted, " + message + ", " + sentence);
        }

        @Override
        public void reportAmbiguity(
                Parser parser, DFA dfa, int start, int stop, boolean exact, BitSet alts, ATNConfigSet configs) {
            throw new AssertionError("two readings in " + parser.getRuleInvocationStack() + ", " + sentence);
        }

        @Override
        public void reportAttemptingFullContext(
                Parser parser, DFA dfa, int start, int stop, BitSet conflicting, ATNConfigSet configs) {
            throw new AssertionError("needs context in " + parser.getRuleInvocationStack() + ", " + sentence);
        }
    }
}
