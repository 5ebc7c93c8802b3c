package dev.striate.tests;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Single runs of a net on a backend, with plain arrays for inputs, outputs and gradients. */
record Runs(Net net, Backend backend) {
    /** A net that is compiled from a text, with fresh weights; {@code folder} takes the class files. */
    static Runs of(String text, Path folder, String backend) throws Exception {
        GeneratedNet net = GeneratedNet.of(text, folder);
        return new Runs(net.with(Weights.init(net.spec(), 1)), Backends.byName(backend));
    }

    /** Normal random numbers. */
    static float[] normal(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The values of a parameter. */
    float[] weight(String path) {
        return net.weights().tensor(path).toArray();
    }

    /** Gives a parameter other values. */
    void weight(String path, float... values) {
        for (int i = 0; i < values.length; i++) {
            net.weights().tensor(path).set(i, values[i]);
        }
    }

    /** Every output by its name, in inference mode. */
    Map<String, float[]> outputs(int batch, Map<String, float[]> inputs, int... sizes) {
        try (NetSession session = net.open(backend, batch, sizes)) {
            return run(session, inputs);
        }
    }

    /** Every loss and metric of a step of training by its name, and every gradient by the path of its parameter. */
    Map<String, float[]> step(int batch, Map<String, float[]> inputs, int... sizes) {
        try (NetSession session = net.training(backend, batch, sizes)) {
            Map<String, float[]> results = run(session, inputs);
            float[] gradients = session.gradients().toArray(ValueLayout.JAVA_FLOAT);
            net.weights().spec().parameters().forEach(p -> {
                int offset = (int) net.weights().offset(p.name());
                results.put(
                        p.name(),
                        Arrays.copyOfRange(gradients, offset, offset + p.shape().elements()));
            });
            return results;
        }
    }

    private static Map<String, float[]> run(NetSession session, Map<String, float[]> inputs) {
        inputs.forEach((name, values) -> {
            if (session.input(name).isLabel()) {
                int[] classes = new int[values.length];
                Arrays.setAll(classes, i -> (int) values[i]);
                session.input(name).copyFrom(classes);
            } else {
                session.input(name).copyFrom(values);
            }
        });
        session.run();
        Map<String, float[]> results = new HashMap<>();
        session.outputNames()
                .forEach(name -> results.put(name, session.output(name).toArray()));
        return results;
    }
}
