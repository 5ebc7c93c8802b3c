package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Works;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels of the CUDA backend whose threads take four elements at once, where four lie side by side. */
class CudaFoursTest {
    private static final Sizes SHAPE = FourSteps.SHAPE;
    private static final Sizes PER_CHANNEL = Sizes.of(1, 4, 1, 1);

    /**
     * The product of a map, a number for each channel and another map.
     *
     * @param shift how many elements lie before the first map and the result, whose address then is no multiple of four elements
     */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 0", "FLOAT32, 1", "FLOAT32, 4", "FLOAT16, 0", "FLOAT16, 2", "BFLOAT16, 0"})
    void foursGiveWhatElementsGive(Element element, int shift) {
        assumeTrue(HostCode.isAvailable(), "no g++: element-wise functions were not computed on the host");
        boolean last = element != Element.FLOAT32;
        Form map = new Form(SHAPE, element, last);
        Form perChannel = Form.rows(PER_CHANNEL);
        Site site = new Site(List.of(map, perChannel, map), map);
        Call.Launch launch =
                (Call.Launch) Works.of(Pointwise.multiply(3), site).calls().getFirst();
        assertThat(launch.source().kind()).isEqualTo("pointwise");
        assertThat((long) launch.blocks() * Call.BLOCK * 4).isEqualTo(SHAPE.elements());
        HostDriver driver = new HostDriver(new HostCode(), new HostStreams(1));
        driver.enter();
        HostValue x = value(driver, map, shift);
        HostValue c = value(driver, perChannel, 0);
        HostValue z = value(driver, map, 0);
        HostValue y = value(driver, map, shift);
        String module = Source.module(List.of(launch.source()));
        long loaded = driver.load(module.getBytes(StandardCharsets.UTF_8));
        long function = driver.function(loaded, launch.source().name());
        long[] args = {
            x.data().address(), c.data().address(), z.data().address(), y.data().address()
        };
        long stream = driver.stream();
        driver.launch(function, launch.blocks(), Call.BLOCK, args, stream);
        driver.await(stream);
        int area = SHAPE.elementsFrom(2);
        for (int i = 0; i < SHAPE.elements(); i++) {
            float expected = HostValue.round(element, x.get(i) * c.get(i / area % 4) * z.get(i));
            if (y.get(i) != expected) {
                assertThat(y.get(i)).as("element %d", i).isEqualTo(expected);
            }
        }
    }

    private static HostValue value(HostDriver driver, Form form, int shift) {
        long before = (long) shift * form.element().bytes();
        long address = driver.allocate(before + form.bytes()) + before;
        MemorySegment data = HostDriver.at(address, form.bytes());
        HostValue value = new HostValue(data, form.element(), form.shape(), form.channelsLast());
        for (int i = 0; i < value.elements(); i++) {
            value.set(i, Philox.uniform(7, address, i) - 0.5f);
        }
        return value;
    }

    /** The kernels of {@link FourSteps}. */
    private static final class Steps extends NetSession {
        private final List<Step> steps = new ArrayList<>();

        Steps(Binder b) {
            super(b);
            Map<String, Value> values = new HashMap<>();
            FourSteps.inputs().forEach((name, shape) -> values.put(name, b.input(name, shape.toArray())));
            for (FourSteps.Row row : FourSteps.all()) {
                Value[] operands = row.operands().stream().map(values::get).toArray(Value[]::new);
                Step step = b.step(row.path(), row.kernel(), operands);
                values.put(row.path(), step);
                steps.add(step);
                b.output("of " + row.path(), step);
            }
            b.bind();
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "TF32"})
    void otherKernelsGiveWhatTheyGiveInJava(Style style) {
        HostAgainstJava.compare(
                style,
                Weights.init(Binder.spec("Steps", Steps::new), 1),
                Steps::new,
                (stream, i) -> 0.5f + Philox.uniform(OpCase.SEED, stream, i));
    }

    /** What lies side by side decides: four or one, also where a value is too small to be worth it. */
    @ParameterizedTest
    @CsvSource({"256, 512, false, 4", "256, 512, true, 4", "25, 5, false, 1"})
    void threadsTakeFoursOfManyElements(int height, int width, boolean channelsLast, int atOnce) {
        Form x = new Form(Sizes.of(2, 4, height, width), Element.FLOAT32, channelsLast);
        Form c = Form.rows(Sizes.of(4));
        Form moments = Form.rows(Sizes.of(2, 4));
        assertAtOnce(atOnce, Dropout.dropout(0.5, "d"), new Site(List.of(x), x));
        assertAtOnce(atOnce, BatchNorm.batchNorm(1e-5).withBatch(), new Site(List.of(x, moments, c, c), x));
        assertAtOnce(channelsLast ? 1 : atOnce, ChannelSum.channelSum(), new Site(List.of(x), c));
        assertAtOnce(channelsLast ? 4 : 1, Softmax.softmax(), new Site(List.of(x), x));
        assertAtOnce(channelsLast ? 4 : 1, Norm.layerNorm(1e-5), new Site(List.of(x, c, c), x));
        assertAtOnce(channelsLast ? 1 : atOnce, Norm.groupNorm(2, 1e-5), new Site(List.of(x, c, c), x));
    }

    private static void assertAtOnce(int expected, Kernel kernel, Site site) {
        Call.Launch launch = (Call.Launch) Works.of(kernel, site).calls().getFirst();
        assertThat(launch.source().text()).contains("constexpr int AT_ONCE = " + expected + ";");
    }
}
