package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Fill;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.RandomNormal;
import dev.striate.core.kernel.Row;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Kernels that look at elements one by one. */
final class Elements {
    private Elements() {}

    static Runnable pointwise(Pointwise kernel, Operands o) {
        Tensor y = o.out();
        double[] args = new double[kernel.arity()];
        int[] dims = y.shape().toArray();
        int[][] strides = new int[args.length][];
        for (int a = 0; a < args.length; a++) {
            strides[a] = Broadcast.strides(o.in(a).shape(), y.shape());
        }
        return () -> {
            for (int i = 0; i < y.elements(); i++) {
                for (int a = 0; a < args.length; a++) {
                    args[a] = o.in(a).get(Broadcast.place(i, dims, strides[a]));
                }
                y.set(i, (float) kernel.expr().eval(args));
            }
        };
    }

    /** The kernel itself, then the function of its result, in place. */
    static Runnable fused(KernelTable table, Fused kernel, Operands o) {
        Runnable anchor = table.bind(kernel.anchor(), o.with(kernel.ofAnchor(o.in())));
        List<Tensor> operands = new ArrayList<>(List.of(o.out()));
        operands.addAll(kernel.ofEpilogue(o.in()));
        Runnable epilogue = pointwise(kernel.epilogue(), o.with(operands));
        return () -> {
            anchor.run();
            epilogue.run();
        };
    }

    static Runnable prelu(Prelu kernel, Operands o) {
        Tensor slopes = o.in(1).batched();
        return pointwise(Pointwise.parametricRelu(), o.with(List.of(o.in(0), slopes)));
    }

    static Runnable dropout(Dropout kernel, Operands o) {
        Tensor x = o.in(0);
        long stream = kernel.stream();
        int unit = kernel.unit().size(o.out().shape());
        return () -> {
            for (int i = 0; i < x.elements(); i++) {
                float factor =
                        kernel.factor(stream, o.random().seed(), o.random().step(), i / unit);
                o.out().set(i, x.get(i) * factor);
            }
        };
    }

    static Runnable randomNormal(RandomNormal kernel, Operands o) {
        long stream = kernel.stream();
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float)
                        kernel.value(stream, o.random().seed(), o.random().step(), i));
            }
        };
    }

    static Runnable gaussianNoise(GaussianNoise kernel, Operands o) {
        Tensor x = o.in(0);
        long stream = kernel.stream();
        return () -> {
            for (int i = 0; i < x.elements(); i++) {
                float noise = kernel.noise(stream, o.random().seed(), o.random().step(), i);
                o.out().set(i, x.get(i) + noise);
            }
        };
    }

    static Runnable fill(Fill kernel, Operands o) {
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.value());
            }
        };
    }

    /** A view whose result needs memory of its own. */
    static Runnable copy(Kernel view, Operands o) {
        return () -> o.out().data().copyFrom(o.in(0).data());
    }

    static Runnable row(Row kernel, Operands o) {
        Tensor row = o.in(0).row(kernel.index());
        return () -> o.out().data().copyFrom(row.data());
    }

    static Runnable channelSum(ChannelSum kernel, Operands o) {
        Tensor x = o.in(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        return () -> {
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int n = 0; n < x.shape().dim(0); n++) {
                    for (int i = 0; i < area; i++) {
                        sum += x.get((n * channels + c) * area + i);
                    }
                }
                o.out().set(c, (float) sum);
            }
        };
    }
}
