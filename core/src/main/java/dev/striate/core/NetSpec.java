package dev.striate.core;

import dev.striate.core.kernel.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a net's weights are: the parameters in the order of their declaration, which is also their order in memory and
 * in files.
 *
 * @param name the qualified name of the net, such as {@code zoo.mnist.LeNet5}
 * @param parameters the parameters, with their whole paths
 */
public record NetSpec(String name, List<Parameter> parameters) {
    /** Copies the list. */
    public NetSpec {
        parameters = List.copyOf(parameters);
    }

    /** The number of all numbers: the learned ones and the running statistics. */
    public long count() {
        return parameters.stream().mapToLong(p -> p.shape().elements()).sum();
    }

    /** The number of learned numbers. */
    public long learned() {
        return parameters.stream()
                .filter(Parameter::learned)
                .mapToLong(p -> p.shape().elements())
                .sum();
    }

    /**
     * The structural hash: SHA-256 over every parameter's path and shape in order, in hexadecimal. Two nets with the
     * same hash can exchange their weights.
     */
    public String hash() {
        StringBuilder text = new StringBuilder();
        for (Parameter p : parameters) {
            text.append(p.name()).append(' ').append(p.shape()).append('\n');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
