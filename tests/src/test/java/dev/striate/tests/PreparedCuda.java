package dev.striate.tests;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Source;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device whose kernels are compiled beforehand: many in one module, and on all processors, since thousands of sessions of one kernel each
 * would otherwise wait for as many runs of the compiler. A session that has other kernels, too, compiles its module as ever.
 */
final class PreparedCuda implements AutoCloseable {
    private static final int BATCH = 25;

    /** Stands for the code of a module whose kernels are all there. */
    private static final byte[] THERE = new byte[0];

    private static final long MODULE = -1;

    private final Cuda cuda;
    private final List<Long> modules = new ArrayList<>();
    private final Map<String, Long> functions = new HashMap<>();

    /** Compiles kernels, and loads them. */
    PreparedCuda(Cuda cuda, Collection<Source> sources) {
        this.cuda = cuda;
        Map<String, Source> different = new LinkedHashMap<>();
        sources.forEach(s -> different.put(s.name(), s));
        List<Source> all = List.copyOf(different.values());
        List<List<Source>> batches = new ArrayList<>();
        for (int first = 0; first < all.size(); first += BATCH) {
            batches.add(all.subList(first, Math.min(first + BATCH, all.size())));
        }
        int capability = cuda.driver().capability();
        List<byte[]> code = batches.parallelStream()
                .map(batch -> cuda.compiler().compile(Source.module(batch), capability))
                .toList();
        cuda.driver().enter();
        for (int i = 0; i < batches.size(); i++) {
            long module = cuda.driver().load(code.get(i));
            modules.add(module);
            batches.get(i).forEach(s -> functions.put(s.name(), cuda.driver().function(module, s.name())));
        }
    }

    /** How many kernels there are. */
    int size() {
        return functions.size();
    }

    /** The device, on which sessions find their kernels. */
    Cuda cuda() {
        Driver driver = (Driver) Proxy.newProxyInstance(
                Driver.class.getClassLoader(),
                new Class<?>[] {Driver.class},
                (proxy, method, args) -> call(method, args));
        return new Cuda(
                driver,
                (source, capability) ->
                        isThere(source) ? THERE : cuda.compiler().compile(source, capability),
                cuda.dnn(),
                cuda.blas());
    }

    private boolean isThere(String module) {
        return HostCode.NAME.matcher(module).results().allMatch(m -> functions.containsKey(m.group(1)));
    }

    private @Nullable Object call(Method method, Object @Nullable [] args) throws Throwable {
        Object first = args == null || args.length == 0 ? "" : args[0];
        if (method.getName().equals("load") && first.equals(THERE)) {
            return MODULE;
        }
        if (first.equals(MODULE) && method.getName().equals("function")) {
            return requireNonNull(functions.get((String) requireNonNull(args)[1]));
        }
        if (first.equals(MODULE) && method.getName().equals("unload")) {
            return null;
        }
        try {
            return method.invoke(cuda.driver(), args);
        } catch (InvocationTargetException e) {
            throw requireNonNull(e.getCause());
        }
    }

    @Override
    public void close() {
        cuda.driver().enter();
        modules.forEach(cuda.driver()::unload);
    }
}
