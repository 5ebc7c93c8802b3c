package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Normalization of groups of channels with all their places, and its gradients, row by row of a channel: there weight and bias are
 * one number each. Rows shorter than a vector, and normalization over the channels of one place, are left to the loops of the library.
 */
record NormOfGroups(Cpu cpu) {
    private static boolean accepts(Norm kernel, Sizes x) {
        return kernel.groups() != 0 && x.elementsFrom(2) >= LANES;
    }

    /** What each worker needs for its sums, in bytes. */
    private long scratch() {
        return (long) cpu.pool().threads() * NormRuns.SCRATCH;
    }

    /** The normalization. */
    KernelFactory<Norm> forward() {
        return new RowKernel<Norm>(
                (kernel, operands) -> accepts(kernel, operands.get(0)), (kernel, operands) -> scratch(), this::forward);
    }

    private Runnable forward(Norm kernel, Operands o) {
        Groups groups = Groups.of(kernel, o.in(0), o.workspace());
        MemorySegment y = o.out().data();
        return forEach(groups, 3, (group, slot) -> {
            double mean = groups.mean(group, slot);
            double scale = groups.scale(group, mean, slot);
            for (int c = 0; c < groups.channels; c++) {
                int channel = groups.channel(group, c);
                double factor = scale * o.in(1).get(channel);
                NormRuns.affine(
                        groups.x,
                        y,
                        groups.row(group, c),
                        groups.area,
                        mean,
                        factor,
                        o.in(2).get(channel));
            }
        });
    }

    /** Its gradient by x. */
    KernelFactory<NormGradInput> inputGradient() {
        return new RowKernel<NormGradInput>(
                (kernel, operands) -> accepts(kernel.norm(), operands.get(1)),
                (kernel, operands) -> scratch(),
                this::inputGradient);
    }

    private Runnable inputGradient(NormGradInput kernel, Operands o) {
        Groups groups = Groups.of(kernel.norm(), o.in(1), o.workspace());
        return forEach(groups, 5, (group, slot) -> inputGradient(groups, o, group, slot));
    }

    private static void inputGradient(Groups groups, Operands o, int group, int slot) {
        MemorySegment g = o.in(0).data();
        long lanes = (long) slot * NormRuns.SCRATCH;
        double mean = groups.mean(group, slot);
        double scale = groups.scale(group, mean, slot);
        double share = 0;
        double slope = 0;
        for (int c = 0; c < groups.channels; c++) {
            float weight = o.in(2).get(groups.channel(group, c));
            long row = groups.row(group, c);
            share += weight * NormRuns.sum(g, row, groups.area, groups.scratch, lanes);
            slope += weight * NormRuns.products(g, groups.x, row, groups.area, mean, groups.scratch, lanes);
        }
        share *= scale / groups.count();
        slope *= scale * scale * scale / groups.count();
        for (int c = 0; c < groups.channels; c++) {
            double factor = scale * o.in(2).get(groups.channel(group, c));
            NormRuns.gradient(
                    g, groups.x, o.out().data(), groups.row(group, c), groups.area, factor, share, mean, slope);
        }
    }

    /** Its gradient by the weight: mean and scale of every group first, then one channel after the other. */
    KernelFactory<NormGradWeight> weightGradient() {
        return new RowKernel<NormGradWeight>(
                (kernel, operands) -> accepts(kernel.norm(), operands.get(1)),
                (kernel, operands) -> scratch()
                        + 2L
                                * Double.BYTES
                                * kernel.norm().lines(operands.get(1)).size(),
                this::weightGradient);
    }

    private Runnable weightGradient(NormGradWeight kernel, Operands o) {
        Groups groups = Groups.of(kernel.norm(), o.in(1), o.workspace());
        MemorySegment numbers = o.workspace().asSlice(scratch());
        Runnable statistics = forEach(groups, 2, (group, slot) -> {
            double mean = groups.mean(group, slot);
            numbers.setAtIndex(JAVA_DOUBLE, 2L * group, mean);
            numbers.setAtIndex(JAVA_DOUBLE, 2L * group + 1, groups.scale(group, mean, slot));
        });
        Runnable channels = channels(groups, o, numbers);
        return () -> {
            statistics.run();
            channels.run();
        };
    }

    private Runnable channels(Groups groups, Operands o, MemorySegment numbers) {
        int all = o.out().elements();
        return cpu.forEach(all, o.in(0).elements() / all, (channel, slot) -> {
            double sum = 0;
            for (int image = 0; image < groups.size / groups.ofImage; image++) {
                int group = image * groups.ofImage + channel / groups.channels;
                double mean = numbers.getAtIndex(JAVA_DOUBLE, 2L * group);
                long row = groups.row(group, channel % groups.channels);
                sum += numbers.getAtIndex(JAVA_DOUBLE, 2L * group + 1)
                        * NormRuns.products(
                                o.in(0).data(),
                                groups.x,
                                row,
                                groups.area,
                                mean,
                                groups.scratch,
                                (long) slot * NormRuns.SCRATCH);
            }
            o.out().set(channel, (float) sum);
        });
    }

    private Runnable forEach(Groups groups, int passes, Cpu.Item item) {
        return cpu.forEach(groups.size, (long) passes * groups.count(), item);
    }

    /**
     * What is normalized together.
     *
     * @param x the elements
     * @param size the groups of all images
     * @param ofImage those of one
     * @param channels the channels of a group
     * @param area the places of a channel
     * @param eps added to the variance
     * @param scratch memory of the workers' sums
     */
    private record Groups(
            MemorySegment x, int size, int ofImage, int channels, int area, double eps, MemorySegment scratch) {
        static Groups of(Norm kernel, Tensor x, MemorySegment scratch) {
            int size = kernel.lines(x.shape()).size();
            int ofImage = size / x.shape().dim(0);
            return new Groups(
                    x.data(),
                    size,
                    ofImage,
                    x.shape().dim(1) / ofImage,
                    x.shape().elementsFrom(2),
                    kernel.eps(),
                    scratch);
        }

        int count() {
            return channels * area;
        }

        /** A channel of a group among all of the image. */
        int channel(int group, int c) {
            return group % ofImage * channels + c;
        }

        /** Where a channel of a group begins, in bytes. */
        long row(int group, int c) {
            return ((long) group * channels + c) * area * Float.BYTES;
        }

        double mean(int group, int slot) {
            return NormRuns.sum(x, row(group, 0), count(), scratch, (long) slot * NormRuns.SCRATCH) / count();
        }

        /** One over the root of the variance. */
        double scale(int group, double mean, int slot) {
            double squares = NormRuns.squares(x, row(group, 0), count(), mean, scratch, (long) slot * NormRuns.SCRATCH);
            return 1 / Math.sqrt(squares / count() + eps);
        }
    }
}
