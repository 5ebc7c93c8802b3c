package dev.striate.runtime.cuda;

import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.AugmentKernels;
import dev.striate.runtime.cuda.kernel.Call;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Transforms the pictures of an input on their way from where they were copied to where steps read them. */
final class Augmenter {
    /** Launch one kernel each on a stream. */
    private final List<LongConsumer> launches = new ArrayList<>();

    private final Attribution attribution;
    private final String what;

    /**
     * Of one input.
     *
     * @param name of the input, for messages
     * @param raw where pictures and numbers are copied to
     * @param input what steps read
     * @param holdings of the session
     * @param pictures how many are copied
     * @param samples how many steps read
     * @param share where the share lies that pictures keep of themselves that are blended
     */
    Augmenter(
            String name,
            Attribution attribution,
            MemorySegment raw,
            MemorySegment input,
            Holdings holdings,
            Augmentation how,
            int pictures,
            int samples,
            long share) {
        Driver driver = attribution.driver();
        this.attribution = attribution;
        this.what = "the transforms of " + name;
        List<AugmentKernels.Pass> passes = AugmentKernels.of(how, pictures, samples);
        long numbers = raw.address() + how.numbers(pictures);
        long greys = holdings.allocate((long) Double.BYTES * pictures).address();
        long from = raw.address();
        for (int i = 0; i < passes.size(); i++) {
            AugmentKernels.Pass pass = passes.get(i);
            boolean isInner = pass.bytes() > 0 && i < passes.size() - 1;
            long to = (isInner ? holdings.allocate(pass.bytes()) : input).address();
            long function = holdings.function(pass.source());
            long[] args = pass.blends() ? new long[] {from, share, to} : new long[] {from, numbers, greys, to};
            launches.add(stream -> driver.launch(function, pass.blocks(), Call.BLOCK, args, stream));
            from = isInner ? to : from;
        }
    }

    /** Does it on a stream. */
    void run(long stream) {
        for (int i = 0; i < launches.size(); i++) {
            launches.get(i).accept(stream);
            attribution.behind(what, stream);
        }
    }
}
