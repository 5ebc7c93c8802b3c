package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.recipe.Sampler;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampledSetsTest {
    private static final long SEED = 11;
    private final Arena arena = Arena.ofAuto();

    /** Sample i is the picture [[i]] of 255 and of the class i % classes; the last class has one sample only. */
    private DataSet set(int size, int classes) {
        MemorySegment pixels = arena.allocate(size);
        MemorySegment labels = arena.allocate(size);
        for (int i = 0; i < size; i++) {
            pixels.set(ValueLayout.JAVA_BYTE, i, (byte) i);
            labels.set(ValueLayout.JAVA_BYTE, i, (byte) (i % classes));
        }
        return new ByteImages(
                "set", Field.floats("image", 1, 1, 1), pixels, 255, Field.classIndex("label", classes + 1), labels);
    }

    private static float read(DataSet set, int field, int index, long round) throws DataException {
        MemorySegment one = MemorySegment.ofArray(new float[1]);
        set.read(field, index, round, one, 0);
        return one.get(ValueLayout.JAVA_FLOAT, 0);
    }

    private static int picture(DataSet set, int field, int index, long round) throws DataException {
        return Math.round(255 * read(set, field, index, round));
    }

    @Test
    void pairsAreOfOneClassAsOftenAsSaid() throws DataException {
        DataSet pairs = SampledSets.of(set(200, 7), new Sampler.Pairs(0.3), SEED);
        assertThat(pairs.fields()).extracting(Field::name).containsExactly("first", "second", "same");
        int same = 0;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 200; i++) {
                int second = picture(pairs, 1, i, round);
                boolean isSame = read(pairs, 2, i, round) == 1;
                assertThat(picture(pairs, 0, i, round)).isEqualTo(i);
                assertThat(second % 7 == i % 7).isEqualTo(isSame);
                assertThat(second).isNotEqualTo(i);
                same += isSame ? 1 : 0;
            }
        }
        assertThat(same).isBetween(500, 700);
    }

    @Test
    void tripletsHaveOneOfTheClassAndOneOfAnother() throws DataException {
        DataSet triplets = SampledSets.of(set(60, 3), new Sampler.Triplets(), SEED);
        Set<Integer> negatives = new HashSet<>();
        for (int round = 0; round < 100; round++) {
            int positive = picture(triplets, 1, 4, round);
            int negative = picture(triplets, 2, 4, round);
            assertThat(picture(triplets, 0, 4, round)).isEqualTo(4);
            assertThat(positive % 3).isEqualTo(1);
            assertThat(positive).isNotEqualTo(4);
            assertThat(negative % 3).isNotEqualTo(1);
            negatives.add(negative);
        }
        assertThat(negatives).hasSizeGreaterThan(30);
    }

    @Test
    void anAutoencoderSeesNoiseAndItsTargetNone() throws DataException {
        DataSet plain = SampledSets.of(set(50, 2), new Sampler.Autoencode(0), SEED);
        DataSet noisy = SampledSets.of(set(50, 2), new Sampler.Autoencode(0.1), SEED);
        double squares = 0;
        for (int i = 0; i < 50; i++) {
            assertThat(read(plain, 0, i, 0)).isEqualTo(read(plain, 1, i, 0)).isEqualTo(i / 255f);
            assertThat(read(noisy, 1, i, 0)).isEqualTo(i / 255f);
            assertThat(read(noisy, 0, i, 0)).isEqualTo(read(noisy, 0, i, 0)).isNotEqualTo(read(noisy, 0, i, 1));
            squares += Math.pow(read(noisy, 0, i, 0) - i / 255f, 2) / 50;
        }
        assertThat(Math.sqrt(squares)).isBetween(0.06, 0.14);
    }

    @Test
    void saysWhatASamplerNeeds() {
        assertThatThrownBy(() -> SampledSets.of(set(5, 1), new Sampler.Triplets(), SEED))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "set has samples of one class only, and `triplets` needs two classes; take another data set");
        DataSet numbers = new Table("numbers", List.of(Field.floats("a", 1)), arena.allocate(8), arena.allocate(8));
        assertThatThrownBy(() -> SampledSets.of(numbers, new Sampler.Pairs(0.5), SEED))
                .hasMessage("numbers has no class, which `pairs` needs; take another data set");
        assertThatThrownBy(() -> TransformedSet.of(numbers, List.of(new Transform.HorizontalFlip(1)), SEED))
                .hasMessage("numbers has no pictures to transform; remove `transform`");
    }

    @Test
    void transformsChangeFieldsAndKeepClasses() throws DataException {
        DataSet cropped = TransformedSet.of(
                set(5, 2), List.of(new Transform.Resize(4, 6), new Transform.RandomCrop(2, 3, 0)), SEED);
        assertThat(cropped.fields()).containsExactly(Field.floats("image", 1, 2, 3), Field.classIndex("label", 3));
        MemorySegment target = MemorySegment.ofArray(new float[8]);
        cropped.read(0, 3, 0, target, 2);
        assertThat(target.toArray(ValueLayout.JAVA_FLOAT))
                .containsExactly(0, 0, 3 / 255f, 3 / 255f, 3 / 255f, 3 / 255f, 3 / 255f, 3 / 255f);
        cropped.read(1, 3, 0, target, 0);
        assertThat(target.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
    }
}
