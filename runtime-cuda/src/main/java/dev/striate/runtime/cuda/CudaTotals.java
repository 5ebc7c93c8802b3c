package dev.striate.runtime.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.TotalsKernels;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What the losses and metrics of a session's runs come to, added up in float64 on the device. */
final class CudaTotals implements Totals {
    /**
     * A loss or metric.
     *
     * @param address where it lies
     * @param counts where its counts lie, if it has any
     * @param numbers how many counts
     */
    record Score(long address, long counts, int numbers) {}

    private final Driver driver;
    private final Attribution attribution;
    private final long stream;
    private final Gate gate;
    private final Report report;
    private final List<Score> scores;
    private final MemorySegment device;
    private final MemorySegment host;
    private final @Nullable Runnable agree;
    private final RunNumbers numbers;
    private final long watch;
    private final long[] counters;
    private final long[] watching;
    private final long[] counting = new long[4];
    private @Nullable Fault fault;

    /**
     * Of a session.
     *
     * @param gate what is closed by a run that goes wrong
     * @param samples how much a run counts
     * @param first the number of its first sample in the batch
     * @param finite whether a run goes wrong where a score or gradient is not finite
     * @param numbers what each run is
     * @param agree closes the gate here when it is closed on any of the devices that share the batch; null where there is one
     */
    CudaTotals(
            Attribution attribution,
            long stream,
            Holdings holdings,
            Gate gate,
            Report report,
            List<Score> scores,
            int samples,
            int first,
            boolean finite,
            RunNumbers numbers,
            @Nullable Runnable agree) {
        this.driver = attribution.driver();
        this.attribution = attribution;
        this.stream = stream;
        this.gate = gate;
        this.report = report;
        this.scores = List.copyOf(scores);
        this.agree = agree;
        this.numbers = numbers;
        long bytes =
                Double.BYTES * scores.stream().mapToLong(s -> 1L + s.numbers).sum();
        this.device = holdings.allocate(bytes);
        this.host = holdings.here(bytes, Double.BYTES);
        long[] table = LongStream.concat(
                        scores.stream().mapToLong(Score::address),
                        IntStream.range(0, report.faults()).mapToLong(report::fault))
                .toArray();
        this.watch = holdings.function(TotalsKernels.watch(scores.size(), report.faults(), samples, first, finite));
        this.watching = new long[] {
            holdings.table(table, stream), numbers.device().address(), gate.address(), device.address(), 0
        };
        this.counters = scores.stream()
                .mapToLong(s -> s.numbers == 0 ? 0 : holdings.function(TotalsKernels.count(s.numbers)))
                .toArray();
        clear();
    }

    /**
     * Adds the present run, if there is nothing wrong with it, behind its steps.
     *
     * @param again whether they were done a second time
     */
    void add(Replay replay, boolean again) {
        if (!replay.takesSteps()) {
            return;
        }
        watching[4] = numbers.weight(again);
        driver.launch(watch, 1, Call.BLOCK, watching, stream);
        attribution.behind("what looks at losses and gradients", stream);
        if (agree != null) {
            replay.between(agree);
            attribution.behind("what devices tell one another", stream);
        }
        long at = scores.size();
        for (int i = 0; i < counters.length; i++) {
            Score score = scores.get(i);
            if (score.numbers > 0 && replay.takesSteps()) {
                counting[0] = score.counts;
                counting[1] = device.address() + Double.BYTES * at;
                counting[2] = gate.address();
                counting[3] = numbers.weight(again);
                driver.launch(counters[i], Call.blocks(score.numbers), Call.BLOCK, counting, stream);
                attribution.behind("what adds up the counts of metrics", stream);
                at += score.numbers;
            }
        }
    }

    @Override
    public void clear() {
        driver.enter();
        if (device.byteSize() > 0) { // else only class indices are looked at
            driver.fill(device.address(), (byte) 0, device.byteSize(), stream);
        }
        host.fill((byte) 0);
        fault = null;
    }

    @Override
    public void fetch() {
        driver.enter();
        driver.download(host, device.address(), stream);
        gate.fetch();
        driver.await(stream);
        long run = gate.look();
        if (run != 0) {
            fault = fault(run - 1);
            gate.open();
        }
    }

    /** Scores are counted first, then the steps that read class indices; last come gradients. Null when another device knows. */
    private @Nullable Fault fault(long step) {
        int what = gate.what();
        if (what < 0) {
            return null;
        }
        int reader = what - scores.size();
        if (reader < 0) {
            return new Fault(step, what, "");
        }
        return reader < report.faults()
                ? new Fault(step, -1, report.complaint(reader, gate.fault(), gate.first()))
                : new Fault(step, scores.size(), "");
    }

    @Override
    public double sum(int score) {
        return host.getAtIndex(JAVA_DOUBLE, score);
    }

    @Override
    public double[] counts(int score) {
        long at = scores.size();
        for (int i = 0; i < score; i++) {
            at += scores.get(i).numbers;
        }
        return host.asSlice(Double.BYTES * at, (long) Double.BYTES * scores.get(score).numbers)
                .toArray(JAVA_DOUBLE);
    }

    @Override
    public @Nullable Fault fault() {
        return fault;
    }
}
