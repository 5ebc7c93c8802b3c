package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What both uses of libtorch share: threads, and tensors of our values. */
@SuppressWarnings("restricted") // calling OpenBLAS is what part of the class is for
final class Torch {
    private static final MethodHandle SET_BLAS_THREADS = Linker.nativeLinker()
            .downcallHandle(
                    openBlas().findOrThrow("openblas_set_num_threads"),
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

    private Torch() {}

    /**
     * The OpenBLAS that JavaCPP unpacks for libtorch. Ours is another copy beside it, by another name, and keeps its one thread: with two there
     * as well libtorch took five times as long.
     */
    private static SymbolLookup openBlas() {
        Path folder = Path.of(Loader.load(openblas.class)).resolveSibling("");
        try (Stream<Path> files = Files.list(folder)) {
            Path library = files.filter(
                            f -> f.getFileName().toString().matches("(lib)?openblas(\\.so\\.0|\\.0\\.dylib|\\.dll)"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("JavaCPP unpacked no OpenBLAS into " + folder));
            return SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many threads libtorch uses, those of oneDNN included. */
    static void threads(int count) {
        torch.set_num_threads(count);
    }

    /**
     * How many threads OpenBLAS uses, which is one number for the whole process: libtorch multiplies its matrices with
     * several, and our backend, which splits the work itself, needs 1.
     */
    static void blasThreads(int count) {
        try {
            SET_BLAS_THREADS.invokeExact(count);
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }

    /** Such as {@code libtorch 2.10.0}. */
    static String version() {
        return "libtorch " + built("TORCH_VERSION=([^,\\s]+)");
    }

    /** The libraries that it computes with, such as {@code oneDNN v3.7.1, OpenBLAS, AVX512}. */
    static String libraries() {
        return "oneDNN " + built("MKL-DNN (\\S+)") + ", " + (torch.hasMKL() ? "MKL" : "OpenBLAS") + ", "
                + built("CPU capability usage: (\\S+)");
    }

    /** What libtorch says of how it was built. */
    private static String built(String pattern) {
        try (BytePointer config = torch.show_config()) {
            Matcher found = Pattern.compile(pattern).matcher(config.getString());
            return found.find() ? found.group(1) : "?";
        }
    }

    /** A copy of floats. */
    static org.bytedeco.pytorch.Tensor floats(float[] values, Sizes shape) {
        try (FloatPointer data = new FloatPointer(values)) {
            return torch.from_blob(data, longs(shape), new TensorOptions(ScalarType.Float))
                    .clone();
        }
    }

    /** A copy of a parameter. */
    static org.bytedeco.pytorch.Tensor of(Tensor parameter) {
        return floats(parameter.toArray(), parameter.shape());
    }

    /** Class indices as libtorch wants them: 64 bits. */
    static org.bytedeco.pytorch.Tensor classes(int[] values, Sizes shape) {
        try (LongPointer data =
                new LongPointer(Arrays.stream(values).asLongStream().toArray())) {
            return torch.from_blob(data, longs(shape), new TensorOptions(ScalarType.Long))
                    .clone();
        }
    }

    private static long[] longs(Sizes shape) {
        return Arrays.stream(shape.toArray()).asLongStream().toArray();
    }

    /** Inputs and labels as arguments of a method. */
    static List<org.bytedeco.pytorch.Tensor> arguments(TorchScript script, Subject subject, Data data) {
        return script.arguments().stream()
                .map(node -> argument(node, node.shape().at(subject.sizes()), data))
                .toList();
    }

    private static org.bytedeco.pytorch.Tensor argument(Node node, Sizes shape, Data data) {
        return node.type().isFloat()
                ? floats(data.floats(node.path()), shape)
                : classes(data.classes(node.path()), shape);
    }

    /** Arguments as a method takes them. */
    static IValueVector values(List<org.bytedeco.pytorch.Tensor> arguments) {
        return new IValueVector(arguments.stream().map(IValue::new).toArray(IValue[]::new));
    }

    /** The elements of all tensors of a list, one tensor after the other. */
    static float[] elements(IValue list) {
        try (TensorVector tensors = list.toTensorVector()) {
            return Results.join(
                    Arrays.stream(tensors.get()).map(Torch::elements).toList());
        }
    }

    /** The elements in row-major order, as 32 bits. */
    private static float[] elements(org.bytedeco.pytorch.Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        try (org.bytedeco.pytorch.Tensor floats = tensor.to(ScalarType.Float);
                org.bytedeco.pytorch.Tensor dense = floats.contiguous()) {
            dense.data_ptr_float().get(values);
        }
        return values;
    }
}
