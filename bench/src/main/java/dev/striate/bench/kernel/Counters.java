package dev.striate.bench.kernel;

import dev.striate.runtime.backend.BoundKernel;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JMH reports beside calls: billions of operations and of bytes a second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Counters {
    /** Floating-point operations, a fused multiply-add counted as two, in billions. */
    public double gflop;

    /** Bytes that must be read or written once at least, in billions. */
    public double gbyte;

    /** For JMH. */
    public Counters() {}

    /** Runs a kernel and counts it. */
    void run(BoundKernel kernel, long macs) {
        kernel.run();
        gflop += 2e-9 * macs;
        gbyte += 1e-9 * kernel.bytes();
    }
}
