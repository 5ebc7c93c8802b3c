package dev.striate.runtime.data;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Sampler;
import dev.striate.core.recipe.Transform;
import dev.striate.core.rng.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which transforms are left to a device, and what is read then. */
class SplitSetTest {
    private static final Transform ROTATE = new Transform.Rotate(10);
    private static final Transform SHORTER = new Transform.ResizeShorter(4);
    private static final Transform CROP = new Transform.CenterCrop(2, 2);
    private static final Transform FLIP = new Transform.HorizontalFlip(1);
    private static final Transform NOISE = new Transform.Noise(0.1);

    /** Pictures of 4x6 and their masks, which may say that each has a size of its own. */
    private record Pictures(boolean hasOneSize) implements DataSet {
        @Override
        public String name() {
            return "pictures";
        }

        @Override
        public int size() {
            return 3;
        }

        @Override
        public List<Field> fields() {
            return List.of(Field.floats("image", 1, 4, 6), Field.mask("mask", 24, 4, 6));
        }

        @Override
        public void read(int field, int index, long round, MemorySegment target, long offset) {
            for (int i = 0; i < 24; i++) {
                if (field == 0) {
                    target.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, i);
                } else {
                    target.setAtIndex(ValueLayout.JAVA_INT, offset + i, i);
                }
            }
        }
    }

    /** Pictures of 4x6 alone. */
    private record Unmasked() implements DataSet {
        @Override
        public String name() {
            return "pictures";
        }

        @Override
        public int size() {
            return 3;
        }

        @Override
        public List<Field> fields() {
            return List.of(Field.floats("image", 1, 4, 6));
        }

        @Override
        public void read(int field, int index, long round, MemorySegment target, long offset) {
            for (int i = 0; i < 24; i++) {
                target.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, i);
            }
        }
    }

    private static @Nullable SplitSet split(boolean oneSize, Transform... transforms) throws Exception {
        DataSet set = TransformedSet.of(new Pictures(oneSize), List.of(transforms), 5);
        return SplitSet.of(set);
    }

    private static @Nullable Augmentation ofImage(boolean oneSize, Transform... transforms) throws Exception {
        SplitSet split = split(oneSize, transforms);
        return split == null ? null : split.augmentation(0);
    }

    @Test
    void theDeviceDoesAllOfPicturesOfOneSize() throws Exception {
        assertThat(ofImage(true, CROP, FLIP, NOISE))
                .isEqualTo(new Augmentation(List.of(CROP, FLIP, NOISE), 0, 5, Sizes.of(1, 4, 6), 0));
        assertThat(ofImage(true, SHORTER, ROTATE))
                .isEqualTo(new Augmentation(List.of(SHORTER, ROTATE), 0, 5, Sizes.of(1, 4, 6), 0));
        assertThat(SplitSet.of(new Pictures(true))).isNull();
    }

    @Test
    void picturesOfManySizesComeToOneInJava() throws Exception {
        assertThat(ofImage(false, FLIP, CROP, NOISE))
                .isEqualTo(new Augmentation(List.of(NOISE), 2, 5, Sizes.of(1, 2, 2), 0));
        assertThat(ofImage(false, SHORTER, FLIP)).isNull();
        assertThat(ofImage(false, CROP, ROTATE, FLIP))
                .isEqualTo(new Augmentation(List.of(ROTATE, FLIP), 1, 5, Sizes.of(1, 2, 2), 0));
    }

    @Test
    void picturesAreReadBeforeTheDevicesTransformsAndMasksBehindThem() throws Exception {
        SplitSet split = requireNonNull(split(true, CROP, FLIP));
        assertThat(split.augmentation(1)).isNull();
        assertThat(split.fields()).containsExactly(Field.floats("image", 1, 4, 6), Field.mask("mask", 24, 2, 2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = arena.allocate(4 * 24);
            MemorySegment mask = arena.allocate(4 * 4);
            split.read(0, 1, 0, image, 0);
            split.read(1, 1, 0, mask, 0);
            assertThat(image.getAtIndex(ValueLayout.JAVA_FLOAT, 7)).isEqualTo(7);
            assertThat(mask.toArray(ValueLayout.JAVA_INT)).containsExactly(9, 8, 15, 14);
        }
    }

    /** Sample i is a picture of two bytes i, of the class i % 2. */
    private static DataSet numbered(Arena arena, int size) {
        MemorySegment pixels = arena.allocate(2L * size);
        MemorySegment labels = arena.allocate(size);
        for (int i = 0; i < size; i++) {
            pixels.set(ValueLayout.JAVA_BYTE, 2L * i, (byte) i);
            pixels.set(ValueLayout.JAVA_BYTE, 2L * i + 1, (byte) i);
            labels.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 2));
        }
        Field image = Field.floats("image", 1, 1, 2);
        return new ByteImages("set", image, pixels, 255, Field.classIndex("label", 2), labels);
    }

    @Test
    void picturesOfPairsAndTripletsAreTheBytesOfTheirSamples() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            DataSet flipped = TransformedSet.of(numbered(arena, 20), List.of(FLIP), 5);
            MemorySegment bytes = arena.allocate(2);
            MemorySegment numbers = arena.allocate(2 * Float.BYTES);
            for (Sampler sampler : List.of(new Sampler.Pairs(0.5), new Sampler.Triplets())) {
                DataSet set = SampledSets.of(flipped, sampler, 6);
                SplitSet split = requireNonNull(SplitSet.of(set));
                assertThat(split.fields()).isEqualTo(set.fields());
                for (int field = 0; field < (sampler instanceof Sampler.Pairs ? 2 : 3); field++) {
                    assertThat(split.augmentation(field))
                            .isEqualTo(new Augmentation(List.of(FLIP), 0, 5, Sizes.of(1, 1, 2), 255));
                    for (int i = 0; i < 20; i++) {
                        split.read(field, i, 3, bytes, 0);
                        set.read(field, i, 3, numbers, 0);
                        int origin = split.origin(field, i, 3);
                        assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsExactly(origin, origin);
                        assertThat(Math.round(255 * numbers.getAtIndex(ValueLayout.JAVA_FLOAT, 0)))
                                .isEqualTo(origin);
                        assertThat(field == 0).isEqualTo(origin == i);
                    }
                }
            }
        }
    }

    @Test
    void whetherAPairIsOfOneClassIsNoPicture() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            DataSet pairs = SampledSets.of(numbered(arena, 20), new Sampler.Pairs(0.5), 6);
            SplitSet split = requireNonNull(SplitSet.of(pairs));
            assertThat(split.augmentation(2)).isNull();
            MemorySegment same = arena.allocate(Float.BYTES);
            for (int i = 0; i < 20; i++) {
                split.read(2, i, 0, same, 0);
                assertThat(same.get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(split.origin(1, i, 0) % 2 == i % 2 ? 1f : 0f);
            }
        }
    }

    @Test
    void theDeviceAddsWhatAutoencodeAdds() throws Exception {
        DataSet set = TransformedSet.of(new Unmasked(), List.of(CROP), 5);
        SplitSet split = requireNonNull(SplitSet.of(SampledSets.of(set, new Sampler.Autoencode(0.3), 6)));
        Augmentation cropped = new Augmentation(List.of(CROP), 0, 5, Sizes.of(1, 4, 6), 0);
        assertThat(split.fields()).containsExactly(Field.floats("input", 1, 4, 6), Field.floats("target", 1, 4, 6));
        assertThat(split.augmentation(0))
                .isEqualTo(cropped.adding(new Augmentation.Deviates(0.3, 6, Philox.stream("autoencode"))));
        assertThat(split.augmentation(1)).isEqualTo(cropped);
        assertThat(SplitSet.of(SampledSets.of(new Unmasked(), new Sampler.Autoencode(0), 6)))
                .isNull();
    }

    @Test
    void bytesStayBytesUntilJavaDoesSomethingWithThem() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {1, 2, -1, 16});
            Field image = Field.floats("image", 1, 1, 2);
            DataSet set = new ByteImages("set", image, pixels, 255, Field.classIndex("label", 1), arena.allocate(2));
            SplitSet plain = requireNonNull(SplitSet.of(set));
            assertThat(plain.augmentation(0)).isEqualTo(new Augmentation(List.of(), 0, 0, Sizes.of(1, 1, 2), 255));
            assertThat(plain.augmentation(1)).isNull();
            DataSet flipped = TransformedSet.of(set, List.of(FLIP), 5);
            assertThat(requireNonNull(SplitSet.of(flipped)).augmentation(0))
                    .isEqualTo(new Augmentation(List.of(FLIP), 0, 5, Sizes.of(1, 1, 2), 255));
            DataSet one = Subset.drawn(set, 0, 1, 1);
            MemorySegment number = arena.allocate(2 * Float.BYTES);
            one.read(0, 0, 0, number, 0);
            MemorySegment bytes = arena.allocate(3);
            requireNonNull(SplitSet.of(one)).read(0, 0, 0, bytes, 1);
            for (int i = 0; i < 2; i++) {
                assertThat(Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, 1 + i)) / 255f)
                        .isEqualTo(number.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }
    }
}
