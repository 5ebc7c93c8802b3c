package dev.striate.tests;

import dev.striate.runtime.cuda.CudaDevices;
import dev.striate.runtime.cuda.driver.Collective;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Several devices that are this machine, and really add up what they have. */
final class HostDevices {
    final List<HostCuda> all;
    final CudaDevices backend;
    private final List<HostCollective> connected = new ArrayList<>();

    /**
     * Opens them.
     *
     * @param bucket how many bytes of gradients are brought together at once
     */
    HostDevices(HostCode code, int count, long bucket) {
        HostStreams streams = new HostStreams(count);
        all = IntStream.range(0, count)
                .mapToObj(i -> new HostCuda(code, streams))
                .toList();
        backend =
                new CudaDevices(all.stream().map(cuda -> cuda.backend).toList(), () -> connect(streams, count), bucket);
    }

    private List<Collective> connect(HostStreams streams, int count) {
        HostCollective.Meeting meeting = new HostCollective.Meeting(streams, count);
        List<HostCollective> members =
                all.stream().map(cuda -> new HostCollective(meeting)).toList();
        connected.addAll(members);
        return List.copyOf(members);
    }

    /** What has not been freed. */
    int open() {
        return all.stream().mapToInt(HostCuda::open).sum()
                + (int) connected.stream().filter(HostCollective::isOpen).count();
    }
}
