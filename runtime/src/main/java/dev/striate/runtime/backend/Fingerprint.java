package dev.striate.runtime.backend;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.zip.CRC32C;

/** What a net computes in training, as a checksum: of all its steps, with their operands and attributes, at a batch of one. */
public final class Fingerprint {
    private final IdentityHashMap<Value, Integer> numbers = new IdentityHashMap<>();
    private final CRC32C sum = new CRC32C();

    private Fingerprint() {}

    /**
     * The checksum, in hexadecimal: equal for equal layers, losses and metrics, wherever they stand in the source.
     *
     * @param net a net that can be trained
     * @param backend any
     */
    public static String ofTraining(Net net, Backend backend) {
        Fingerprint print = new Fingerprint();
        Backend recording = new Finishing(backend, weights -> Binder.recorder().finish(print::add));
        net.training(recording, 1).close();
        return Long.toHexString(print.sum.getValue());
    }

    private void add(Program program) {
        program.inputs.forEach((name, input) -> add(name + " " + number(input) + " " + input.shape()));
        for (Step step : program.steps()) {
            StringBuilder line = new StringBuilder(step.path + " " + step.kernel);
            step.operands.forEach(operand -> line.append(' ').append(number(operand)));
            add(line.append(" -> ").append(number(step)).toString());
        }
        program.outputs.forEach((name, output) -> add(name + " " + number(output.source())));
    }

    private void add(String line) {
        sum.update(line.getBytes(StandardCharsets.UTF_8));
        sum.update('\n');
    }

    /** Values have numbers in the order in which they are met. */
    private int number(Value value) {
        Integer known = numbers.putIfAbsent(value, numbers.size());
        return known == null ? numbers.size() - 1 : known;
    }
}
