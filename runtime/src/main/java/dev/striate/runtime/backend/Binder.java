package dev.striate.runtime.backend;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records one program, then binds it. The constructor of a generated session declares inputs, steps and outputs in the
 * order in which they will run, and ends with {@link #bind}. Recording looks at shapes only; binding plans the memory,
 * takes it and chooses kernels. All methods throw {@link IllegalArgumentException} with the {@code .cnn} line when
 * something does not fit, such as shapes or a path used twice.
 */
public final class Binder {
    /** The format of generated code that this runtime reads. */
    private static final int FORMAT = 1;

    private final @Nullable Backend backend;
    private final @Nullable Weights weights;
    private final Program program = new Program();
    private final List<Parameter> declared = new ArrayList<>();
    private final Map<String, Value> params = new HashMap<>();
    private final Set<String> paths = new HashSet<>();
    private final Set<String> updated = new HashSet<>();
    private final Map<String, Integer> dimensions = new LinkedHashMap<>();
    private String source = "";
    private String file = "";
    private int line;
    private boolean reuseMemory = true;
    private Predicate<String> learns = path -> true;
    private final FrozenStatistics frozen = new FrozenStatistics();
    private Consumer<Program> finish = whole -> {};

    private Binder() {
        this.backend = null;
        this.weights = null;
    }

    Binder(Backend backend, Weights weights) {
        this.backend = backend;
        this.weights = weights;
    }

    /**
     * What the weights of a net are, found by recording its sessions without memory and natives. A parameter that
     * several sessions declare counts once, at its first place.
     *
     * @param name the qualified name of the net
     * @param sessions the constructors of its sessions at any batch size
     */
    @SafeVarargs
    public static NetSpec spec(String name, Consumer<Binder>... sessions) {
        Map<String, Parameter> all = new LinkedHashMap<>();
        for (Consumer<Binder> session : sessions) {
            Binder binder = new Binder();
            session.accept(binder);
            binder.declared.forEach(p -> all.putIfAbsent(p.name(), p));
        }
        return new NetSpec(name, List.copyOf(all.values()));
    }

    /**
     * Says in which format the code that records was generated.
     *
     * @return this
     * @throws IllegalStateException when this runtime does not read the format; the message names the upgrade
     */
    public Binder format(int format) {
        if (format != FORMAT) {
            throw new IllegalStateException("the class was generated in format " + format + ", but this runtime reads "
                    + FORMAT
                    + (format > FORMAT
                            ? "; use the striate-runtime of the compiler's version"
                            : "; generate it again with the compiler of the runtime's version"));
        }
        return this;
    }

    /** Says which {@code .cnn} file the program comes from; messages begin with it. Returns this. */
    public Binder source(String name) {
        source = name;
        file = name;
        program.source(name);
        return this;
    }

    /** Says what size a symbolic dimension has. Returns this. */
    public Binder size(String dimension, int size) {
        dimensions.put(dimension, size);
        if (size < 1) {
            throw new IllegalArgumentException(
                    (source.isEmpty() ? "" : source + ": ") + dimension + " must be at least 1, not " + size);
        }
        return this;
    }

    /**
     * Refuses sizes for which a condition does not hold.
     *
     * @param holds whether it does
     * @param condition as it stands in the source
     * @param names the dimensions that it is about
     */
    public void require(boolean holds, String condition, String... names) {
        if (!holds) {
            List<String> sizes =
                    Arrays.stream(names).map(n -> n + " = " + dimensions.get(n)).toList();
            throw new IllegalArgumentException(
                    file + ":" + line + ": " + condition + " does not hold for " + String.join(", ", sizes));
        }
    }

    /**
     * Checks that there is a size for each symbolic dimension of a net.
     *
     * @throws IllegalArgumentException when there are more or less; the message names the dimensions
     */
    public static void count(List<String> dimensions, int... sizes) {
        if (sizes.length != dimensions.size()) {
            throw new IllegalArgumentException(
                    dimensions.isEmpty()
                            ? "all sizes of this net are fixed, the batch apart"
                            : "this net needs a size for " + String.join(" and ", dimensions) + ", but " + sizes.length
                                    + (sizes.length == 1 ? " is given" : " are given"));
        }
    }

    /** Says from which line of the source the following comes. Returns this. */
    public Binder at(int sourceLine) {
        return at(source, sourceLine);
    }

    /** Says from which line of which other source the following comes: a block that was imported. Returns this. */
    public Binder at(String otherSource, int sourceLine) {
        file = otherSource;
        line = sourceLine;
        return this;
    }

    /** An input of float32 numbers, batch first. */
    public Input input(String name, int... shape) {
        return declareInput(name, 0, shape);
    }

    /**
     * A label: int32 class indices.
     *
     * @param classes the number of classes, at least 1
     * @param shape the shape, batch first
     */
    public Input label(String name, int classes, int... shape) {
        if (classes < 1) {
            throw error(name, "a label needs at least one class, not " + classes);
        }
        return declareInput(name, classes, shape);
    }

    private Input declareInput(String name, int classes, int... shape) {
        recording();
        Sizes sizes = checked(name, shape);
        Storage storage = Storage.planned(Tensor.bytes(sizes), 0);
        storage.keep();
        program.add(storage);
        Input input = new Input(program, storage, sizes, where(name), name, classes);
        if (program.inputs.put(name, input) != null) {
            throw error(name, "two inputs have this name");
        }
        return input;
    }

    /**
     * A step that computes a value. Parameters of the kernel are declared as {@code path.weight}, {@code path.bias}.
     *
     * @param path the path of the layer, used once
     * @param data the data operands in the kernel's order
     */
    public Step step(String path, Kernel kernel, Value... data) {
        return shared(path, path, kernel, data);
    }

    /**
     * A step with the parameters of another: a use of shared weights. They are declared as {@code owner.weight}, unless an
     * earlier step declared them.
     *
     * @param path the path of this use
     * @param owner the path that the parameters belong to
     * @param data the data operands in the kernel's order
     */
    public Step shared(String path, String owner, Kernel kernel, Value... data) {
        recording();
        if (!paths.add(path)) {
            throw error(path, "two steps have this path");
        }
        List<Value> operands = own(path, data);
        Sizes shape = output(path, kernel, operands);
        List<Sizes> shapes = shapes(operands);
        boolean shares = !path.equals(owner);
        for (Parameter p : described(path, () -> kernel.params(shapes))) {
            Parameter parameter = p.under(owner);
            Value before = shares ? params.get(parameter.name()) : null;
            operands.add(before == null ? declare(parameter) : before);
        }
        boolean alias = kernel.isView();
        Storage storage = alias ? operands.get(0).storage : Storage.planned(Tensor.bytes(shape), program.size());
        FrozenStatistics.Recorded step = frozen.apply(kernel, operands, owner, learns);
        return add(path, storage, shape, step.kernel(), step.operands(), alias);
    }

    /**
     * A learned tensor that belongs to no layer.
     *
     * @param path its path, used once
     * @param init its first values
     */
    public Value learned(String path, Init init, int... shape) {
        recording();
        if (params.containsKey(path)) {
            throw error(path, "two parameters have this path");
        }
        return declare(new Parameter(path, checked(path, shape), init));
    }

    /**
     * A step whose result is the gradient of a parameter, in {@link NetSession#gradients}.
     *
     * @param path the path of a parameter that an earlier step declared; one gradient for each
     * @param data the data operands in the kernel's order
     */
    public Step gradient(String path, Kernel kernel, Value... data) {
        return update(path, "gradient", kernel, data);
    }

    /**
     * A step whose result is the new value of a running statistic. It lies in {@link NetSession#gradients} at the
     * statistic's place, until whoever trains puts it into the weights.
     *
     * @param path the path of a running statistic that an earlier step declared; one new value for each
     * @param data the data operands in the kernel's order
     */
    public Step state(String path, Kernel kernel, Value... data) {
        return update(path, "new value", kernel, data);
    }

    private Step update(String path, String what, Kernel kernel, Value... data) {
        recording();
        Value param = param(path);
        if (!updated.add(path)) {
            throw error(path, "two steps compute this " + what);
        }
        List<Value> operands = own(path, data);
        Sizes shape = output(path, kernel, operands);
        if (!shape.equals(param.shape())) {
            throw error(path, "the " + what + " has shape " + shape + ", the parameter " + param.shape());
        }
        Storage storage = Storage.fixed(Storage.Place.GRADIENTS, Tensor.bytes(shape), offset(path));
        FrozenStatistics.Recorded recorded = frozen.apply(kernel, operands, path, learns);
        Step step = add(path + " " + what, storage, shape, recorded.kernel(), recorded.operands(), false);
        if (!learns.test(path)) {
            step.unwanted();
        }
        return step;
    }

    /** A parameter that an earlier step declared, as an operand. */
    public Value param(String path) {
        Value param = params.get(path);
        if (param == null) {
            throw error(path, "no earlier step declares this parameter");
        }
        return param;
    }

    /** Makes a value an output, which keeps it until the next run. */
    public Output output(String name, Value value) {
        recording();
        own(name, value);
        value.storage.keep();
        Output output = new Output(name, value);
        if (program.outputs.put(name, output) != null) {
            throw error(name, "two outputs have this name");
        }
        return output;
    }

    /**
     * Ends the recording: plans and takes the memory, and binds every step to a kernel. Only records when called within
     * {@link #spec}.
     *
     * @throws IllegalArgumentException when there is not enough memory
     */
    public void bind() {
        recording();
        if (backend != null && weights != null) {
            program.bind(backend.kernels(), backend.updates(), weights, reuseMemory);
        }
        finish.accept(program);
    }

    /** Computes the gradients of some parameters only, and nothing that only the others need. Returns this. */
    Binder learning(Predicate<String> parameters) {
        learns = parameters;
        return this;
    }

    /** Looks at the program, or changes it, when all is recorded and bound. Returns this. */
    Binder finish(Consumer<Program> last) {
        finish = last;
        return this;
    }

    /** A recorder without memory and natives. */
    static Binder recorder() {
        return new Binder();
    }

    /** Gives every value memory of its own, so that a test can tell whether sharing changes a result. */
    Binder withoutReuse() {
        reuseMemory = false;
        return this;
    }

    Program program() {
        return program;
    }

    private Step add(String path, Storage storage, Sizes shape, Kernel kernel, List<Value> operands, boolean alias) {
        if (!alias) {
            program.add(storage);
        }
        Step step = new Step(program, storage, shape, where(path), path, kernel, operands, alias, program.size());
        program.add(step);
        return step;
    }

    private Value declare(Parameter parameter) {
        String path = parameter.name();
        checked(path, parameter.shape().toArray());
        if (weights != null) {
            if (!weights.contains(path)) {
                throw error(path, "the weights have no such parameter");
            }
            Sizes shape = weights.tensor(path).shape();
            if (!shape.equals(parameter.shape())) {
                throw error(
                        path,
                        "the parameter has shape " + parameter.shape() + " here, but " + shape + " in the weights");
            }
        }
        declared.add(parameter);
        Storage storage = Storage.fixed(Storage.Place.WEIGHTS, Tensor.bytes(parameter.shape()), offset(path));
        program.add(storage);
        Value value = new Value(program, storage, parameter.shape(), where(path));
        params.put(path, value);
        return value;
    }

    /** Where a parameter begins, in bytes; of no interest while there are no weights. */
    private long offset(String path) {
        return weights == null ? 0 : Tensor.ELEMENT * weights.offset(path);
    }

    private Sizes output(String path, Kernel kernel, List<Value> operands) {
        return checked(
                path, described(path, () -> kernel.output(shapes(operands))).toArray());
    }

    /** What a kernel says about shapes, with the place in the source where it throws. */
    private <T> T described(String path, Supplier<T> description) {
        try {
            return description.get();
        } catch (ArithmeticException e) {
            throw error(path, "the sizes are too large");
        } catch (IllegalArgumentException e) {
            throw error(path, String.valueOf(e.getMessage()));
        }
    }

    private Sizes checked(String name, int... shape) {
        for (int d : shape) {
            if (d < 1) {
                throw error(name, "every size must be at least 1, not " + Arrays.toString(shape));
            }
        }
        return described(name, () -> Sizes.of(shape));
    }

    private List<Value> own(String path, Value... values) {
        for (Value v : values) {
            if (v.program != program) {
                throw error(path, "an operand belongs to another session");
            }
        }
        return new ArrayList<>(List.of(values));
    }

    private static List<Sizes> shapes(List<Value> values) {
        return values.stream().map(Value::shape).toList();
    }

    private void recording() {
        if (program.isBound()) {
            throw new IllegalStateException("a session is bound once, and nothing is recorded afterwards");
        }
    }

    private String where(String name) {
        return file.isEmpty() ? name : file + ":" + line + ": " + name;
    }

    private IllegalArgumentException error(String name, String what) {
        return new IllegalArgumentException(where(name) + ": " + what);
    }
}
