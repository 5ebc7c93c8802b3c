package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPool.Box;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Pooling to a given size, channel by channel. */
final class AdaptivePooling {
    private final Cpu cpu;

    AdaptivePooling(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(AdaptiveAvgPool pool, Operands o) {
        Tensor x = o.in(0);
        Box[] boxes = boxes(pool, x.shape());
        return channels(x.shape(), channel -> {
            int from = channel * x.shape().elementsFrom(2);
            for (int i = 0; i < boxes.length; i++) {
                o.out().set(channel * boxes.length + i, mean(x, from, boxes[i]));
            }
        });
    }

    private static float mean(Tensor x, int from, Box box) {
        int width = x.shape().dim(3);
        double sum = 0;
        for (int h = box.top(); h < box.bottom(); h++) {
            for (int w = box.left(); w < box.right(); w++) {
                sum += x.get(from + h * width + w);
            }
        }
        return (float) (sum / box.area());
    }

    Runnable gradient(AdaptiveAvgPoolGrad kernel, Operands o) {
        Tensor gx = o.out();
        Box[] boxes = boxes(kernel.pool(), gx.shape());
        int area = gx.shape().elementsFrom(2);
        return channels(gx.shape(), channel -> {
            for (int i = 0; i < area; i++) {
                gx.set(channel * area + i, 0);
            }
            for (int i = 0; i < boxes.length; i++) {
                add(gx, channel * area, boxes[i], o.in(0).get(channel * boxes.length + i) / boxes[i].area());
            }
        });
    }

    private static void add(Tensor gx, int from, Box box, float share) {
        int width = gx.shape().dim(3);
        for (int h = box.top(); h < box.bottom(); h++) {
            for (int w = box.left(); w < box.right(); w++) {
                int at = from + h * width + w;
                gx.set(at, gx.get(at) + share);
            }
        }
    }

    /** The boxes of one channel, in the order of their results. */
    private static Box[] boxes(AdaptiveAvgPool pool, Sizes x) {
        int columns = pool.size().w();
        Box[] boxes = new Box[pool.size().h() * columns];
        for (int i = 0; i < boxes.length; i++) {
            boxes[i] = pool.box(i / columns, i % columns, x.dim(2), x.dim(3));
        }
        return boxes;
    }

    private interface Channel {
        void run(int index);
    }

    private Runnable channels(Sizes x, Channel body) {
        return cpu.forEach(x.dim(0) * x.dim(1), x.elementsFrom(2), (index, slot) -> body.run(index));
    }
}
