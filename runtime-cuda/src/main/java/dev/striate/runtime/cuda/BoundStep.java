package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Arg;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A step of a session with the addresses of all that it works on. */
final class BoundStep {
    /** Something that is given to a stream. */
    private interface Action {
        void enqueue(Driver driver, long stream);
    }

    private final Work work;
    private final List<Tensor> in;
    private final Tensor out;
    private final long scratch;
    private final String where;
    private final Map<Call, LibraryPlan> plans;
    private final Report report;
    private final Report.Slots slots;
    private List<Action> actions = List.of();

    BoundStep(Work work, Operands operands, Map<Call, LibraryPlan> plans, Report report) {
        this(work, operands.in(), operands.out(), operands.workspace().address(), operands.where(), plans, report);
    }

    private BoundStep(
            Work work,
            List<Tensor> in,
            Tensor out,
            long scratch,
            String where,
            Map<Call, LibraryPlan> plans,
            Report report) {
        this.work = work;
        this.in = in;
        this.out = out;
        this.scratch = scratch;
        this.where = where;
        this.plans = plans;
        this.report = report;
        this.slots = report.reserve(work, where);
    }

    /** A step that needs neither scratch memory nor a library. */
    static BoundStep copy(Work work, Tensor from, Tensor to, Report report) {
        return new BoundStep(work, List.of(from), to, 0, "a copy of " + from.shape(), Map.of(), report);
    }

    /** The step in words. */
    String where() {
        return where;
    }

    /** Who computes it: libraries, and generated kernels by the names of their sources. */
    String kernels() {
        return work.calls().stream()
                .map(call -> switch (call) {
                    case Call.Launch l -> l.source().kind();
                    case Call.Copy c -> "copy";
                    case Call.Product p -> "cuBLASLt";
                    case Call.Convolution c -> "cuDNN";
                    case Call.Graph g -> "cuDNN";
                })
                .collect(Collectors.joining(", "));
    }

    /** Whether it reads seed and training step. */
    boolean draws() {
        return reads(Arg.now());
    }

    /** Whether gradients begin with it, and so are scaled. */
    boolean scales() {
        return reads(Arg.scale());
    }

    private boolean reads(Arg arg) {
        return work.calls().stream()
                .anyMatch(call ->
                        call instanceof Call.Launch launch && launch.args().contains(arg));
    }

    /** What it writes, then what it reads. */
    List<MemorySegment> touched() {
        return Stream.concat(Stream.of(out), in.stream()).map(Tensor::data).toList();
    }

    /** What it has of the report. */
    Report.Slots slots() {
        return slots;
    }

    /** The kernels that it launches. */
    List<Source> sources() {
        List<Source> sources = new ArrayList<>();
        for (Call call : work.calls()) {
            if (call instanceof Call.Launch launch) {
                sources.add(launch.source());
            }
        }
        return sources;
    }

    /**
     * Fixes what will be done, once all is known.
     *
     * @param functions the compiled kernels by name
     * @param now where seed and training step lie
     * @param scale where that lies which gradients begin with
     */
    void resolve(Map<String, Long> functions, long now, long scale) {
        actions = work.calls().stream()
                .map(call -> action(call, functions, arg -> address(arg, now, scale)))
                .toList();
    }

    private Action action(Call call, Map<String, Long> functions, ToLongFunction<Arg> address) {
        long result = out.data().address();
        return switch (call) {
            case Call.Launch l -> {
                long function = requireNonNull(functions.get(l.source().name()));
                long[] args = l.args().stream().mapToLong(address).toArray();
                yield (driver, stream) -> driver.launch(function, l.blocks(), Call.BLOCK, args, stream);
            }
            case Call.Copy c -> {
                long from = address.applyAsLong(c.from());
                long bytes = out.data().byteSize();
                yield (driver, stream) -> driver.copy(result, from, bytes, stream);
            }
            case Call.Product p -> library(call, p.a(), p.b(), p.bias(), -1, result);
            case Call.Convolution c -> library(call, c.first(), c.second(), c.bias(), c.addend(), result);
            case Call.Graph g -> library(call, g.x(), g.weight(), g.bias(), g.addend(), result);
        };
    }

    private Action library(Call call, int first, int second, int bias, int addend, long result) {
        LibraryPlan plan = requireNonNull(plans.get(call));
        long a = operand(first);
        long b = operand(second);
        long c = bias < 0 ? 0 : operand(bias);
        long d = addend < 0 ? 0 : operand(addend);
        return (driver, stream) -> plan.run(a, b, c, d, result, scratch, stream);
    }

    private long address(Arg arg, long now, long scale) {
        return switch (arg) {
            case Arg.In(int index) -> operand(index);
            case Arg.Out result -> out.data().address();
            case Arg.Scratch(long offset) -> scratch + Float.BYTES * offset;
            case Arg.Now moment -> now;
            case Arg.Scale ofGradients -> scale;
            case Arg.Fault fault -> report.fault(slots);
            case Arg.Counts counts -> report.counts(slots);
        };
    }

    private long operand(int index) {
        return in.get(index).data().address();
    }

    /** Gives all that it does to a stream. */
    void enqueue(Driver driver, long stream) {
        for (int i = 0; i < actions.size(); i++) {
            actions.get(i).enqueue(driver, stream);
        }
    }
}
