package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All facets of an operator in one place. Everything else in the compiler is generic over them.
 *
 * @param <T> the record that holds the operator's attributes
 */
public final class OpSpec<T extends Op> {
    /** What an operator is for, which says where it may stand. */
    public enum Category {
        /** In a chain. */
        LAYER,
        /** In a chain; in force in training only, the identity otherwise. */
        TRAINING_LAYER,
        /** After {@code loss name =}. */
        LOSS,
        /** After {@code metric name =}. */
        METRIC,
        /** Made by the compiler only. */
        INTERNAL
    }

    /** The type of the result for data operands of given types. */
    @FunctionalInterface
    public interface TypeRule<T> {
        /**
         * The type of the result.
         *
         * @throws ShapeError when the operator cannot take these operands
         */
        TensorType type(T op, List<TensorType> data);
    }

    /** The parameters for data operands of given types. */
    @FunctionalInterface
    public interface ParamRule<T> {
        /** The parameters, in the order in which they follow the data operands. */
        List<ParamSpec> params(T op, List<TensorType> data);
    }

    /** The multiply-accumulate operations. */
    @FunctionalInterface
    public interface MacRule<T> {
        /** How many a run takes, by the types of the operands and of the result. */
        Dim macs(T op, List<TensorType> data, TensorType result);
    }

    /** The gradients by the operands. */
    @FunctionalInterface
    public interface GradientRule<T> {
        /** Emits nodes for the gradients that are wanted. */
        void differentiate(T op, Gradients gradients);
    }

    /** What takes the operator's place in training. */
    @FunctionalInterface
    public interface TrainingRule<T> {
        /** Emits the nodes, and gives the one whose value takes the place of the operator's. */
        Node expand(T op, Training training);
    }

    /** The float64 evaluation, with obvious loops. */
    @FunctionalInterface
    public interface EvalRule<T> {
        /** The result for operands: the data, then the parameters. */
        Nd eval(T op, List<Nd> operands, EvalContext context);
    }

    /** How generated code describes the kernel. */
    @FunctionalInterface
    public interface KernelRule<T> {
        /** The call that builds the description. */
        KernelCall call(T op, Node node);
    }

    /** The ONNX nodes that compute the same. */
    @FunctionalInterface
    public interface OnnxRule<T> {
        /** Adds the nodes, and gives the value that is the result. */
        String export(T op, OnnxBuilder builder);
    }

    private final String name;
    private final Category category;
    private final String doc;
    private final List<String> operands;
    private final List<String> optionalOperands;
    private final List<Attr> attrs;
    private final boolean variadic;
    private final Function<Args, @Nullable Op> factory;
    private final TypeRule<T> type;
    private final ParamRule<T> params;
    private final MacRule<T> macs;
    private final Function<T, Field> field;
    private final @Nullable GradientRule<T> gradient;
    private final @Nullable String notDifferentiable;
    private final @Nullable TrainingRule<T> training;
    private final EvalRule<T> eval;
    private final KernelRule<T> kernel;
    private final Predicate<T> sharesKernel;
    private final boolean view;
    private final boolean anchor;
    private final boolean elementwise;
    private final boolean random;
    private final @Nullable ToIntFunction<T> dataCount;
    private final String onnx;
    private final @Nullable OnnxRule<T> onnxRule;

    private OpSpec(Builder<T> b) {
        name = b.name;
        category = Objects.requireNonNull(b.category, "category of " + name);
        doc = Objects.requireNonNull(b.doc, "doc of " + name);
        operands = Objects.requireNonNull(b.operands, "operands of " + name);
        optionalOperands = b.optionalOperands;
        attrs = b.attrs;
        variadic = b.variadic;
        factory = b.factory == null ? args -> null : b.factory;
        if (b.factory == null && category != Category.INTERNAL) {
            throw new IllegalStateException("who can write " + name + " must be able to make one: factory");
        }
        type = Objects.requireNonNull(b.type, "type of " + name);
        params = b.params;
        macs = Objects.requireNonNull(b.macs, "macs of " + name);
        field = Objects.requireNonNull(b.field, "field of " + name);
        gradient = b.gradient;
        notDifferentiable = b.notDifferentiable;
        if ((gradient == null) == (notDifferentiable == null)) {
            throw new IllegalStateException("gradient of " + name + ", or why there is none");
        }
        training = b.training;
        eval = Objects.requireNonNull(b.eval, "eval of " + name);
        kernel = Objects.requireNonNull(b.kernel, "kernel of " + name);
        sharesKernel = b.sharesKernel;
        view = b.view;
        anchor = b.anchor;
        elementwise = b.elementwise;
        random = b.random;
        dataCount = b.dataCount;
        onnx = Objects.requireNonNull(b.onnx, "ONNX nodes of " + name + ", or why there are none");
        onnxRule = b.onnxRule;
    }

    /** Begins the description of an operator. */
    public static <T extends Op> Builder<T> of(String name, Category category) {
        return new Builder<>(name, category);
    }

    /** The name in the language. */
    public String name() {
        return name;
    }

    /** What it is for. */
    public Category category() {
        return category;
    }

    /** What it computes, for the reference. */
    public String doc() {
        return doc;
    }

    /**
     * The names of the data operands; the first is what comes in along a chain. None for an operator that begins one,
     * such as {@code zeros}.
     */
    public List<String> operands() {
        return operands;
    }

    /** Whether the last of {@link #operands} may be given any number of times, as branches of a merge are. */
    public boolean isVariadic() {
        return variadic;
    }

    /** The names of data operands that may be left out; they follow {@link #operands}. */
    public List<String> optionalOperands() {
        return optionalOperands;
    }

    /** The data operands of a node of this operator, without its parameters. */
    public List<Node> data(Node node) {
        if (dataCount != null) {
            return node.inputs().subList(0, dataCount.applyAsInt(cast(Op.of(node))));
        }
        return variadic || !optionalOperands.isEmpty()
                ? node.inputs()
                : node.inputs().subList(0, operands.size());
    }

    /** The arguments, in the order in which they may be given without a name. */
    public List<Attr> attrs() {
        return attrs;
    }

    /** An argument by its name. */
    public Optional<Attr> attr(String attrName) {
        return attrs.stream().filter(a -> a.name().equals(attrName)).findFirst();
    }

    /**
     * The operator with the given arguments; for those that the language can name. It may be of another specification:
     * {@code max} with an axis is a reduction, without one a merge.
     */
    public Op make(Args args) {
        return Objects.requireNonNull(factory.apply(args), name);
    }

    /** The type of the result; see {@link TypeRule}. */
    public TensorType type(Op op, List<TensorType> data) {
        return type.type(cast(op), data);
    }

    /** The parameters; see {@link ParamRule}. */
    public List<ParamSpec> params(Op op, List<TensorType> data) {
        return params.params(cast(op), data);
    }

    /** The multiply-accumulate operations; see {@link MacRule}. */
    public Dim macs(Op op, List<TensorType> data, TensorType result) {
        return macs.macs(cast(op), data, result);
    }

    /** Which elements of the first operand one element of the result sees. */
    public Field field(Op op) {
        return field.apply(cast(op));
    }

    /** Why there is no gradient; empty when there is one. */
    public Optional<String> notDifferentiable() {
        return Optional.ofNullable(notDifferentiable);
    }

    /** Emits the gradients by the operands of a node of this operator; see {@link GradientRule}. */
    public void differentiate(Gradients gradients) {
        Objects.requireNonNull(gradient, name).differentiate(cast(Op.of(gradients.node())), gradients);
    }

    /** Whether other operators take its place in training. */
    public boolean differsInTraining() {
        return training != null;
    }

    /** Emits what takes the place of a node of this operator in training; see {@link TrainingRule}. */
    public Node expand(Training context) {
        return Objects.requireNonNull(training, name).expand(cast(Op.of(context.node())), context);
    }

    /** The result in float64; see {@link EvalRule}. */
    public Nd eval(Op op, List<Nd> inputs, EvalContext context) {
        return eval.eval(cast(op), inputs, context);
    }

    /** Whether the result is the first operand's elements in the same order, so that both share their memory. */
    public boolean isView() {
        return view;
    }

    /** Whether element-wise functions of the result can be computed in the operator's kernel. */
    public boolean isAnchor() {
        return anchor;
    }

    /** Whether an element depends on those at its own place alone; {@code Kernel.isElementwise} of its kernel. */
    public boolean isElementwise() {
        return elementwise;
    }

    /** Whether it draws random numbers; {@code Kernel.isRandom} of its kernel. */
    public boolean isRandom() {
        return random;
    }

    /** How generated code describes the kernel of a node of this operator. */
    public KernelCall kernel(Node node) {
        return kernel.call(cast(Op.of(node)), node);
    }

    /** Whether the kernels of all nodes of an operator are described alike, whatever their paths and types are. */
    public boolean sharesKernel(Op op) {
        return sharesKernel.test(cast(op));
    }

    /** Whether there are ONNX nodes that compute the same. */
    public boolean hasOnnx() {
        return onnxRule != null;
    }

    /** The ONNX operators that do the work, with commas between them; why there are none where it has none. */
    public String onnx() {
        return onnx;
    }

    /** Adds the ONNX nodes that compute a node of this operator; see {@link OnnxRule}. */
    public String export(OnnxBuilder builder) {
        return Objects.requireNonNull(onnxRule, name).export(cast(Op.of(builder.node())), builder);
    }

    @SuppressWarnings("unchecked") // an operator is asked about by its own specification only
    private T cast(Op op) {
        if (op.spec() != this) {
            throw new IllegalArgumentException(op + " is no " + name);
        }
        return (T) op;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the facets; {@link #build} checks that none is missing. */
    public static final class Builder<T extends Op> {
        private final String name;
        private final Category category;
        private @Nullable String doc;
        private @Nullable List<String> operands;
        private List<String> optionalOperands = List.of();
        private List<Attr> attrs = List.of();
        private boolean variadic;
        private @Nullable Function<Args, @Nullable Op> factory;
        private @Nullable TypeRule<T> type;
        private ParamRule<T> params = (op, data) -> List.of();
        private @Nullable MacRule<T> macs;
        private @Nullable Function<T, Field> field;
        private @Nullable GradientRule<T> gradient;
        private @Nullable String notDifferentiable;
        private @Nullable TrainingRule<T> training;
        private @Nullable EvalRule<T> eval;
        private @Nullable KernelRule<T> kernel;
        private Predicate<T> sharesKernel = op -> false;
        private boolean view;
        private boolean anchor;
        private boolean elementwise;
        private boolean random;
        private @Nullable ToIntFunction<T> dataCount;
        private @Nullable String onnx;
        private @Nullable OnnxRule<T> onnxRule;

        private Builder(String name, Category category) {
            this.name = name;
            this.category = category;
        }

        /** What it computes, for the reference. */
        public Builder<T> doc(String text) {
            doc = text;
            return this;
        }

        /** The names of the data operands. */
        public Builder<T> operands(String... names) {
            operands = List.of(names);
            return this;
        }

        /** The names of data operands that may be left out; such an operator has no parameters. */
        public Builder<T> optionalOperands(String... names) {
            optionalOperands = List.of(names);
            return this;
        }

        /** The last operand may be given any number of times; such an operator has no parameters. */
        public Builder<T> variadic() {
            variadic = true;
            return this;
        }

        /** The arguments. */
        public Builder<T> attrs(Attr... all) {
            attrs = Arrays.asList(all);
            return this;
        }

        /** How it is made of its arguments. */
        public Builder<T> factory(Function<Args, @Nullable Op> make) {
            factory = make;
            return this;
        }

        /** The type of the result. */
        public Builder<T> type(TypeRule<T> rule) {
            type = rule;
            return this;
        }

        /** The parameters; none by default. */
        public Builder<T> params(ParamRule<T> rule) {
            params = rule;
            return this;
        }

        /** The multiply-accumulate operations. */
        public Builder<T> macs(MacRule<T> rule) {
            macs = rule;
            return this;
        }

        /** No multiply-accumulate operation that counts: those of convolutions and fully connected layers do. */
        public Builder<T> noMacs() {
            return macs((op, data, result) -> Dim.of(0));
        }

        /** Which elements of the first operand one element of the result sees. */
        public Builder<T> field(Function<T, Field> rule) {
            field = rule;
            return this;
        }

        /** The gradients by the operands. */
        public Builder<T> gradient(GradientRule<T> rule) {
            gradient = rule;
            return this;
        }

        /** Why there is no gradient. */
        public Builder<T> notDifferentiable(String why) {
            notDifferentiable = why;
            return this;
        }

        /** A gradient itself: differentiating twice is not offered, and only what infers is exported. */
        public Builder<T> isGradient() {
            return notDifferentiable("second derivatives are not computed").noOnnx("gradients are not exported");
        }

        /** What takes its place in training; the operator itself by default. */
        public Builder<T> training(TrainingRule<T> rule) {
            training = rule;
            return this;
        }

        /** The float64 evaluation. */
        public Builder<T> eval(EvalRule<T> rule) {
            eval = rule;
            return this;
        }

        /** The result is the first operand's elements in the same order. */
        public Builder<T> view() {
            view = true;
            return this;
        }

        /** Element-wise functions of the result can be computed in its kernel; all its data operands are always there. */
        public Builder<T> anchor() {
            anchor = true;
            return this;
        }

        /** An element depends on those at its own place alone. */
        public Builder<T> elementwise() {
            elementwise = true;
            return this;
        }

        /** It draws random numbers, from a stream that its path names. */
        public Builder<T> random() {
            random = true;
            return this;
        }

        /** How many of the operands are data, where only the operator itself tells; the others are parameters. */
        public Builder<T> dataCount(ToIntFunction<T> rule) {
            dataCount = rule;
            return this;
        }

        /**
         * The ONNX nodes that compute the same.
         *
         * @param types the operators that do the work, with commas between them, for the reference
         */
        public Builder<T> onnx(String types, OnnxRule<T> rule) {
            onnx = types;
            onnxRule = rule;
            return this;
        }

        /** Why there are no ONNX nodes. */
        public Builder<T> noOnnx(String why) {
            onnx = why;
            return this;
        }

        /** How generated code describes the kernel, where the operator alone says it. */
        public Builder<T> kernel(Function<T, KernelCall> rule) {
            return kernel((op, node) -> rule.apply(op)).sharesKernel(op -> true);
        }

        /** How generated code describes the kernel, where that follows from the node's path or types, too. */
        public Builder<T> kernel(KernelRule<T> rule) {
            kernel = rule;
            return this;
        }

        /** Of which operators all nodes have one kernel. */
        Builder<T> sharesKernel(Predicate<T> which) {
            sharesKernel = which;
            return this;
        }

        /**
         * The description.
         *
         * @throws NullPointerException when a facet is missing
         */
        public OpSpec<T> build() {
            return new OpSpec<>(this);
        }
    }
}
