package dev.striate.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.atn.RuleStopState;
import org.antlr.v4.runtime.atn.RuleTransition;
import org.antlr.v4.runtime.atn.StarLoopEntryState;
import org.antlr.v4.runtime.atn.Transition;

/** Draws sequences of tokens that the grammar generates, by random walks through ANTLR's network of it. */
final class RandomSentences {
    private static final ATN NETWORK = CnnParser._ATN;
    private static final int FAR = 1_000_000;
    private static final int[] TOKENS_TO_STOP = tokensToStop();

    private final Random random;
    private final int size;
    private final List<Token> tokens = new ArrayList<>();

    private RandomSentences(Random random, int size) {
        this.random = random;
        this.size = size;
    }

    /** A sentence of {@code rule}; from {@code size} tokens on it takes the shortest way to its end. */
    static List<Token> draw(int rule, Random random, int size) {
        RandomSentences sentence = new RandomSentences(random, size);
        sentence.walk(NETWORK.ruleToStartState[rule]);
        return sentence.tokens;
    }

    private void walk(ATNState start) {
        ATNState state = start;
        while (!(state instanceof RuleStopState)) {
            Transition taken = choose(state);
            if (taken instanceof RuleTransition rule) {
                walk(rule.target);
                state = rule.followState;
                continue;
            }
            if (taken.label() != null) {
                List<Integer> types = taken.label().toList();
                add(types.get(random.nextInt(types.size())));
            }
            state = taken.target;
        }
    }

    private Transition choose(ATNState state) {
        List<Transition> all = List.of(state.getTransitions());
        if (tokens.size() < size && state instanceof StarLoopEntryState) {
            return all.get(random.nextInt(5) == 0 ? 1 : 0); // mostly another round, so that lists get long
        }
        if (tokens.size() < size) {
            return all.get(random.nextInt(all.size()));
        }
        return all.stream()
                .min((a, b) -> Integer.compare(tokensBehind(a, TOKENS_TO_STOP), tokensBehind(b, TOKENS_TO_STOP)))
                .orElseThrow();
    }

    private void add(int type) {
        if (type != Token.EOF) {
            String literal = CnnParser.VOCABULARY.getLiteralName(type);
            String text = literal == null ? CnnParser.VOCABULARY.getSymbolicName(type) : literal;
            tokens.add(new CommonToken(type, text.replace("'", "")));
        }
    }

    private static int tokensBehind(Transition transition, int[] toStop) {
        int own = transition.label() == null ? 0 : 1;
        int rule = transition instanceof RuleTransition r ? toStop[r.followState.stateNumber] : 0;
        return Math.min(FAR, own + rule + toStop[transition.target.stateNumber]);
    }

    /** For each state the fewest tokens to the end of its rule. */
    private static int[] tokensToStop() {
        int[] toStop = new int[NETWORK.states.size()];
        Arrays.fill(toStop, FAR);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (ATNState state : NETWORK.states) {
                int fewest = state instanceof RuleStopState ? 0 : toStop[state.stateNumber];
                for (Transition transition :
                        state instanceof RuleStopState ? new Transition[0] : state.getTransitions()) {
                    fewest = Math.min(fewest, tokensBehind(transition, toStop));
                }
                changed |= fewest < toStop[state.stateNumber];
                toStop[state.stateNumber] = fewest;
            }
        }
        return toStop;
    }
}
