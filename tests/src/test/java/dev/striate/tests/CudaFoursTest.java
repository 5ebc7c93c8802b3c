package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Works;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Element-wise functions of so many elements that each thread of the CUDA backend takes four at once. */
class CudaFoursTest {
    private static final Sizes SHAPE = Sizes.of(2, 4, 256, 512);
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
        assertThat(launch.source().kind()).isEqualTo("pointwise_by_four");
        assertThat((long) launch.blocks() * Call.BLOCK * 4).isEqualTo(SHAPE.elements());
        HostDriver driver = new HostDriver(new HostCode());
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
        driver.launch(function, launch.blocks(), Call.BLOCK, args, 0);
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
}
