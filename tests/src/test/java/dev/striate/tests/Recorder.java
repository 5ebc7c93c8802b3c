package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.DeviceSession;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.cuda.kernel.Works;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A backend that does what another does, and keeps what every step gave before its memory is used again. */
final class Recorder implements Backend {
    private final Backend backend;
    private final Map<String, Nd> values = new HashMap<>();

    Recorder(Backend backend) {
        this.backend = backend;
    }

    /** What the steps gave when they ran last, by path; those that only give their operand another shape apart. */
    Map<String, Nd> values() {
        return values;
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public KernelTable kernels() {
        KernelTable all = backend.kernels();
        KernelTable recording = new KernelTable();
        if (all.device() != null) {
            recording.on(all.device());
        }
        Works.kinds().stream().filter(all::supports).forEach(kind -> add(recording, kind, all));
        return recording;
    }

    private <K extends Kernel> void add(KernelTable recording, Class<K> kind, KernelTable all) {
        recording.add(kind, new KernelFactory<K>() {
            @Override
            public Runnable bind(K kernel, Operands operands) {
                Runnable step = all.bind(kernel, operands);
                String path = operands.where().substring(operands.where().lastIndexOf(": ") + 2);
                return () -> {
                    step.run();
                    float[] result = inRows(fetched(operands.out(), all.device()));
                    values.put(path, Nd.of(operands.out().shape(), i -> result[i]));
                };
            }

            @Override
            public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
                return all.layout(kernel, operands, result, now);
            }

            @Override
            public long workspace(K kernel, List<Sizes> operands) {
                return all.workspace(kernel, operands);
            }

            @Override
            public long workerMemory(K kernel, List<Sizes> operands) {
                return all.workerMemory(kernel, operands);
            }
        });
    }

    /** What Java can read; a device does the steps of a session's first run one by one, and can be asked between them. */
    private static Tensor fetched(Tensor value, @Nullable DeviceSession device) {
        if (device == null) {
            return value;
        }
        MemorySegment host = Arena.ofAuto().allocate(value.data().byteSize(), Float.BYTES);
        device.fetch(value.data(), host);
        return new Tensor(value.shape(), host, value.lanes());
    }

    /** The elements in row-major order, of a value {@code [N, C, H, W]} that may lie in blocks of channels. */
    private static float[] inRows(Tensor value) {
        float[] elements = value.toArray();
        int lanes = value.lanes();
        if (lanes == 1) {
            return elements;
        }
        int channels = value.shape().dim(1);
        int area = value.shape().elementsFrom(2);
        int blocks = Math.ceilDiv(channels, lanes);
        float[] rows = new float[value.shape().elements()];
        for (int i = 0; i < rows.length; i++) {
            int image = i / area / channels;
            int channel = i / area % channels;
            int block = image * blocks + channel / lanes;
            rows[i] = elements[(block * area + i % area) * lanes + channel % lanes];
        }
        return rows;
    }
}
