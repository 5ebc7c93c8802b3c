package dev.striate.tests;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import dev.striate.core.kernel.Kernel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the description of a kernel as generated code does, by calling what a {@link KernelCall} names. */
final class Kernels {
    private Kernels() {}

    /** The description that the operator's node asks for. */
    static Kernel of(OpCase c) {
        return of(c.node(), c.sizes());
    }

    /** The description that a node asks for at sizes of N and the symbols. */
    static Kernel of(Node node, Map<String, Long> sizes) {
        return (Kernel) build(Op.of(node).spec().kernel(node), sizes);
    }

    private static Object build(KernelCall call, Map<String, Long> sizes) {
        Object description = invoke(call.owner(), null, call.factory(), call.args(), sizes);
        for (KernelCall.Option option : call.options()) {
            description = invoke(call.owner(), description, option.name(), option.args(), sizes);
        }
        return description;
    }

    private static Object invoke(
            Class<?> owner, @Nullable Object target, String name, List<Object> args, Map<String, Long> sizes) {
        List<Object> numbers = numbers(args, sizes);
        for (Method method : owner.getMethods()) {
            boolean isFactory = Modifier.isStatic(method.getModifiers());
            if (method.getName().equals(name) && isFactory == (target == null)) {
                Object[] given = method.isVarArgs() ? gathered(method, numbers) : numbers.toArray();
                if (accepts(method, given)) {
                    return call(method, target, given);
                }
            }
        }
        throw new AssertionError(owner.getSimpleName() + " has no " + name + " that takes " + numbers);
    }

    private static Object call(Method method, @Nullable Object target, Object[] args) {
        try {
            return method.invoke(target, args);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(method + " does not take " + Arrays.toString(args), e);
        }
    }

    /** The arguments as generated code passes them: shapes spread into their sizes, calls made. */
    private static List<Object> numbers(List<Object> args, Map<String, Long> sizes) {
        List<Object> numbers = new ArrayList<>();
        for (Object arg : args) {
            switch (arg) {
                case Shape shape -> shape.dims().forEach(d -> numbers.add(number(d, sizes)));
                case Dim dim -> numbers.add(number(dim, sizes));
                case KernelCall call -> numbers.add(build(call, sizes));
                default -> numbers.add(arg);
            }
        }
        return numbers;
    }

    private static int number(Dim dim, Map<String, Long> sizes) {
        return Dim.of(dim.eval(sizes)).toInt();
    }

    /** The arguments of a method whose last parameter is {@code int...} or {@code double...}. */
    private static Object[] gathered(Method method, List<Object> args) {
        int fixed = method.getParameterCount() - 1;
        List<Object> given = new ArrayList<>(args.subList(0, fixed));
        List<Object> rest = args.subList(fixed, args.size());
        boolean doubles = method.getParameterTypes()[fixed] == double[].class;
        given.add(
                doubles
                        ? rest.stream().mapToDouble(a -> (Double) a).toArray()
                        : rest.stream().mapToInt(a -> (Integer) a).toArray());
        return given.toArray();
    }

    private static boolean accepts(Method method, Object[] args) {
        Class<?>[] types = method.getParameterTypes();
        boolean accepts = types.length == args.length;
        for (int i = 0; accepts && i < args.length; i++) {
            accepts = boxed(types[i]).isInstance(args[i]);
        }
        return accepts;
    }

    private static Class<?> boxed(Class<?> type) {
        return type == int.class ? Integer.class : type == double.class ? Double.class : type;
    }
}
