package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.Sizes;
import dev.striate.runtime.io.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DigitsTest {
    private static final Arena ARENA = Arena.ofShared();
    private static Splits digits;

    @BeforeAll
    static void open() throws DataException {
        digits = Digits.open(ARENA);
    }

    @AfterAll
    static void close() {
        ARENA.close();
    }

    private static byte[] resource() throws IOException {
        try (InputStream in = Digits.class.getResourceAsStream("digits.csv.gz")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static float[] image(DataSet set, int index) throws DataException {
        MemorySegment target = MemorySegment.ofArray(new float[64]);
        set.read(0, index, 0, target, 0);
        return target.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static int label(DataSet set, int index) throws DataException {
        MemorySegment target = MemorySegment.ofArray(new int[1]);
        set.read(1, index, 0, target, 0);
        return target.get(ValueLayout.JAVA_INT, 0);
    }

    /** The samples as lines of the embedded file, which are all different. */
    private static List<String> lines(DataSet set) throws DataException {
        List<String> lines = new ArrayList<>();
        for (int index = 0; index < set.size(); index++) {
            StringBuilder line = new StringBuilder();
            for (float pixel : image(set, index)) {
                line.append(Math.round(pixel * 16)).append(',');
            }
            lines.add(line.append(label(set, index)).toString());
        }
        return lines;
    }

    @Test
    void hasTheFieldsThatRecipesBind() throws Exception {
        assertThat(digits.train().name()).isEqualTo("digits/train");
        assertThat(digits.test().name()).isEqualTo("digits/test");
        for (DataSet set : List.of(digits.train(), digits.test())) {
            assertThat(set.fields())
                    .containsExactly(
                            new Field("image", Field.Kind.FLOAT, Sizes.of(1, 8, 8), 0),
                            new Field("label", Field.Kind.CLASS, Sizes.SCALAR, 10));
        }
    }

    @Test
    void everySampleOfTheFileIsInExactlyOneSplit() throws Exception {
        List<String> published;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(resource()))) {
            published = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        List<String> all = lines(digits.train());
        all.addAll(lines(digits.test()));

        assertThat(digits.train().size()).isEqualTo(1437);
        assertThat(digits.test().size()).isEqualTo(360);
        assertThat(all).doesNotHaveDuplicates().hasSameElementsAs(published).hasSize(1797);
    }

    @Test
    void everyClassGivesAFifthToTheTestSet() throws Exception {
        int[] test = classCounts(digits.test());
        int[] all = classCounts(digits.train());
        Arrays.setAll(all, digit -> all[digit] + test[digit]);
        assertThat(all).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
        for (int digit = 0; digit < 10; digit++) {
            double exact = all[digit] * 360.0 / 1797;
            assertThat(test[digit]).isBetween((int) Math.floor(exact), (int) Math.ceil(exact));
        }
    }

    private static int[] classCounts(DataSet set) throws DataException {
        int[] counts = new int[10];
        for (int index = 0; index < set.size(); index++) {
            counts[label(set, index)]++;
        }
        return counts;
    }

    @Test
    void theSplitIsTheSameEveryTime() throws Exception {
        Splits again = Digits.open(ARENA);

        assertThat(lines(again.test())).containsExactlyElementsOf(lines(digits.test()));
        assertThat(lines(digits.test()).getFirst())
                .startsWith("0,0,0,12,13,0,0,0,0,0,5,16,8,0,0,0,")
                .endsWith(",6");
    }

    @Test
    void pixelsReachFromZeroToOne() throws Exception {
        float lowest = 1;
        float highest = 0;
        for (int index = 0; index < digits.test().size(); index++) {
            for (float pixel : image(digits.test(), index)) {
                lowest = Math.min(lowest, pixel);
                highest = Math.max(highest, pixel);
            }
        }
        assertThat(lowest).isZero();
        assertThat(highest).isEqualTo(1);
    }

    /** Pictures and labels belong together, and the split is no easier or harder than others. */
    @Test
    void theNearestNeighbourIsRightInNinetyEightPercent() throws Exception {
        float[][] train = new float[digits.train().size()][];
        for (int i = 0; i < train.length; i++) {
            train[i] = image(digits.train(), i);
        }
        int correct = 0;
        for (int i = 0; i < digits.test().size(); i++) {
            int nearest = nearest(train, image(digits.test(), i));
            correct += label(digits.train(), nearest) == label(digits.test(), i) ? 1 : 0;
        }
        assertThat(correct / (double) digits.test().size()).isBetween(0.98, 0.995);
    }

    private static int nearest(float[][] candidates, float[] image) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < candidates.length; c++) {
            double distance = 0;
            for (int i = 0; i < image.length; i++) {
                double difference = candidates[c][i] - image[i];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        byte[] damaged = resource();
        damaged[1000] ^= 1;

        assertThatThrownBy(() -> Digits.read(damaged, ARENA))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("the embedded digits.csv.gz is damaged: its SHA-256 is not 46abec6b");
    }
}
