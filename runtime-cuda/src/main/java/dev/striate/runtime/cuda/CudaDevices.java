package dev.striate.runtime.cuda;

import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Part;
import dev.striate.runtime.cuda.driver.Collective;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several GPUs that train together, each on its part of every batch (data parallelism), and evaluate in turns. What is neither runs on
 * the first of them.
 */
public final class CudaDevices implements Backend {
    /** Bytes of gradients that are brought together at once: what PyTorch's DistributedDataParallel takes. */
    public static final long BUCKET = 25 << 20;

    private final List<CudaBackend> devices;
    private final Communicators communicators;
    private final long bucket;

    /**
     * Of backends in one precision.
     *
     * @param devices one for each device, at least one
     * @param connect makes what each of them computes with together with the others, in the same order: called when a session needs it
     *     that shares its batches, and again when all of those were closed
     * @param bucket how many bytes of gradients are brought together at once, about
     */
    public CudaDevices(List<CudaBackend> devices, Supplier<List<Collective>> connect, long bucket) {
        this(devices, new Communicators(connect), bucket);
    }

    private CudaDevices(List<CudaBackend> devices, Communicators communicators, long bucket) {
        this.devices = IntStream.range(0, devices.size())
                .mapToObj(i -> i == 0 ? devices.get(i) : devices.get(i).following())
                .toList();
        this.communicators = communicators;
        this.bucket = bucket;
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return devices.stream().map(CudaBackend::description).collect(Collectors.joining("; "));
    }

    @Override
    public Optional<Backend> in(Precision precision) {
        return Optional.of(
                new CudaDevices(devices.stream().map(d -> d.with(precision)).toList(), communicators, bucket));
    }

    @Override
    public KernelTable kernels() {
        return devices.getFirst().kernels();
    }

    @Override
    public int devices() {
        return devices.size();
    }

    @Override
    public Backend device(int device) {
        return devices.get(device);
    }

    @Override
    public Part part(int device, int batch) {
        int count = devices.size();
        if (batch < count) {
            throw new IllegalArgumentException(
                    count + " devices share it, and each needs a sample; choose a batch size that"
                            + " leaves no smaller batch at the end of an epoch, or drop_last=true");
        }
        int first = Math.toIntExact((long) device * batch / count);
        int samples = Math.toIntExact((device + 1L) * batch / count) - first;
        Share share = new Share(communicators, device, first, (float) samples / batch, bucket);
        return new Part(devices.get(device).sharing(share), first, samples, batch);
    }
}
