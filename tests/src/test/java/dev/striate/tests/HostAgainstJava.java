package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/** Programs that are computed by kernels of a GPU on the host that stands in for one, and by the backend in Java. */
final class HostAgainstJava {
    private HostAgainstJava() {}

    /**
     * Compares all outputs, to 1e-5.
     *
     * @param weights of the program
     * @param program opens the session
     * @param values what inputs hold, by the stream of random numbers of each and the number of the element
     */
    static void compare(
            Style style,
            Weights weights,
            Function<Binder, NetSession> program,
            ToDoubleBiFunction<Long, Integer> values) {
        assumeTrue(HostCode.isAvailable(), "no g++: kernels of a GPU were not computed on the host");
        HostCuda cuda = new HostCuda();
        List<Nd> expected = run(Backends.reference().binder(weights), program, values);
        List<Nd> found = run(cuda.backend(style, false).binder(weights), program, values);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Feeds.distance(found.get(i), expected.get(i)))
                    .as("result %d", i)
                    .isLessThanOrEqualTo(1e-5);
        }
        assertThat(cuda.open()).isZero();
    }

    private static List<Nd> run(
            Binder binder, Function<Binder, NetSession> program, ToDoubleBiFunction<Long, Integer> values) {
        try (NetSession session = program.apply(binder)) {
            for (String name : session.inputNames()) {
                Input input = session.input(name);
                long stream = Philox.stream(name);
                Feeds.fill(input, Nd.of(input.shape(), i -> values.applyAsDouble(stream, i)));
            }
            session.at(3, 5);
            session.run();
            List<Nd> results = new ArrayList<>();
            for (String name : session.outputNames()) {
                float[] output = session.output(name).toArray();
                results.add(Nd.of(session.output(name).shape(), i -> output[i]));
            }
            return results;
        }
    }
}
