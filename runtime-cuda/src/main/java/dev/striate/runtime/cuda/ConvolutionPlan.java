package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.core.window.Grid;
import dev.striate.runtime.cuda.driver.Dnn;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import dev.striate.runtime.cuda.kernel.ConvSizes;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A convolution, or one of its gradients, by cuDNN. */
final class ConvolutionPlan implements LibraryPlan {
    /** What an algorithm may take as long as there is one that takes no more, in bytes. */
    static final long MOST_WORKSPACE = 512L << 20;

    private final Dnn dnn;
    private final Call.Convolution call;
    private final Dnn.Shapes shapes;
    private final long biasShape;
    private final Map<String, Dnn.Algorithm> algorithms = new LinkedHashMap<>();
    private Dnn.Algorithm algorithm;
    /** Whether the library may be asked to add a bias without relu in the same call: until it refuses that. */
    private boolean addsBias = true;

    ConvolutionPlan(Dnn dnn, Call.Convolution call) {
        this.dnn = dnn;
        this.call = call;
        ConvSizes s = call.shape();
        Grid g = s.grid();
        Dnn.Lay lay = new Dnn.Lay(s.element(), s.channelsLast());
        this.shapes = new Dnn.Shapes(
                dnn.tensor(lay, s.n(), s.c(), g.h(), g.w()),
                dnn.filter(lay, s.f(), s.c() / s.groups(), g.kernelH(), g.kernelW()),
                dnn.convolution(
                        lay, g.top(), g.left(), g.strideH(), g.strideW(), g.dilationH(), g.dilationW(), s.groups()),
                dnn.tensor(lay, s.n(), s.f(), g.outH(), g.outW()));
        this.biasShape = call.bias() < 0 ? 0 : dnn.tensor(lay, 1, s.f(), 1, 1);
        List<Dnn.Algorithm> all = allowed();
        this.algorithm = all.stream()
                .filter(a -> a.workspace() <= MOST_WORKSPACE)
                .findFirst()
                .orElseGet(() -> Collections.min(all, Comparator.comparingLong(Dnn.Algorithm::workspace)));
        all.stream()
                .filter(a -> a.equals(algorithm) || a.workspace() <= MOST_WORKSPACE)
                .forEach(a -> algorithms.putIfAbsent(Integer.toString(a.number()), a));
    }

    /** Those that the library names and that may be taken, at least one. */
    private List<Dnn.Algorithm> allowed() {
        try {
            List<Dnn.Algorithm> allowed = dnn.algorithms(call.kind(), shapes).stream()
                    .filter(a -> a.deterministic() || !dnn.isDeterministic())
                    .toList();
            if (allowed.isEmpty()) {
                throw new RefusedException("cuDNN has no deterministic algorithm for " + description());
            }
            return allowed;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String description() {
        String behind = (call.addend() < 0 ? "" : ", sum") + (call.relu() ? ", bias and relu" : "");
        return call.kind() + behind + " of " + call.shape();
    }

    @Override
    public List<String> ways() {
        return List.copyOf(algorithms.keySet());
    }

    @Override
    public void take(String way) {
        algorithm = requireNonNull(algorithms.get(way));
    }

    @Override
    public long[] operands() {
        ConvSizes s = call.shape();
        Grid g = s.grid();
        long bytes = s.element().bytes();
        long x = bytes * s.n() * s.c() * g.h() * g.w();
        long weight = bytes * s.f() * (s.c() / s.groups()) * g.kernelH() * g.kernelW();
        long y = bytes * s.n() * s.f() * g.outH() * g.outW();
        long bias = call.bias() < 0 ? 0 : bytes * s.f();
        return switch (call.kind()) {
            case FORWARD -> new long[] {x, weight, bias, call.addend() < 0 ? 0 : y, y};
            case GRADIENT_OF_INPUT -> new long[] {y, weight, 0, 0, x};
            case GRADIENT_OF_WEIGHT -> new long[] {y, x, 0, 0, weight};
        };
    }

    /** In other elements than float32 the library gets copies in any case. */
    @Override
    public List<Integer> packed() {
        if (call.shape().element() != Element.FLOAT32) {
            return List.of();
        }
        return call.kind() == Kind.GRADIENT_OF_WEIGHT ? List.of(4) : List.of(1, 2);
    }

    @Override
    public long workspace() {
        return algorithm.workspace();
    }

    @Override
    public void run(long first, long second, long bias, long addend, long result, long scratch, long stream) {
        Dnn.Addresses at = switch (call.kind()) {
            case FORWARD -> new Dnn.Addresses(first, second, result, scratch);
            case GRADIENT_OF_INPUT -> new Dnn.Addresses(result, second, first, scratch);
            case GRADIENT_OF_WEIGHT -> new Dnn.Addresses(second, result, first, scratch);
        };
        Dnn.Bias biases = new Dnn.Bias(biasShape, bias);
        if (call.relu()) {
            dnn.convolveWithBias(shapes, algorithm, at, biases, addend, true, stream);
        } else if (call.bias() < 0 || !isDoneWith(biases, at, stream)) {
            dnn.convolve(call.kind(), shapes, algorithm, at, stream);
            if (call.bias() >= 0) {
                dnn.addBias(biases, shapes.y(), at.y(), stream);
            }
        }
    }

    /** Convolves and adds the bias in one call; whether the library does that. */
    private boolean isDoneWith(Dnn.Bias bias, Dnn.Addresses at, long stream) {
        if (!addsBias || !dnn.addsBias(algorithm)) {
            return false;
        }
        try {
            dnn.convolveWithBias(shapes, algorithm, at, bias, 0, false, stream);
        } catch (RefusedException e) {
            addsBias = false; // at the first run, which is one on zeros
        }
        return addsBias;
    }

    @Override
    public void close() {
        dnn.free(shapes.x());
        dnn.free(shapes.weight());
        dnn.free(shapes.convolution());
        dnn.free(shapes.y());
        if (biasShape != 0) {
            dnn.free(biasShape);
        }
    }
}
