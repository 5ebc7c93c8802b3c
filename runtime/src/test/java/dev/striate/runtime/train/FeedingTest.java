package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FeedingTest {
    private static final Field PICTURE = Field.floats("picture", 1, 8, 8);
    private static final Field OTHER = Field.floats("other", 1, 8, 8);
    private static final Field KIND = Field.classIndex("kind", 10);

    /** A session of nothing but inputs and one step. */
    private static final class Session extends NetSession {
        private final Step step;

        Session(Binder b, Function<Binder, Value> inputs) {
            super(b);
            step = b.step("relu1", Pointwise.relu(), inputs.apply(b));
            b.bind();
        }

        @Override
        protected void steps() {
            step.run();
        }
    }

    private record Fields(String name, int size, List<Field> fields) implements DataSet {
        @Override
        public void read(int field, int index, long round, MemorySegment target, long elementOffset) {
            throw new UnsupportedOperationException();
        }
    }

    private static Map<String, Integer> feed(
            Function<Binder, Value> inputs, Map<String, String> stated, Field... fields) throws DataException {
        Weights none = Weights.zeros(Binder.spec("test", b -> new Session(b, inputs)));
        try (Session session = new Session(Backends.reference().binder(none), inputs)) {
            return Feeding.of(new Fields("set/train", 1, List.of(fields)), session, stated);
        }
    }

    private static Value imageAndLabel(Binder b) {
        b.label("digit", 10, 2);
        return b.input("image", 2, 1, 8, 8);
    }

    private static Value twoImages(Binder b) {
        b.input("other", 2, 1, 8, 8);
        return b.input("picture", 2, 1, 8, 8);
    }

    @Test
    void bindsByKindWhereThatIsUnique() throws Exception {
        assertThat(feed(FeedingTest::imageAndLabel, Map.of(), PICTURE, KIND)).isEqualTo(Map.of("image", 0, "digit", 1));
    }

    @Test
    void bindsByNameElse() throws Exception {
        assertThat(feed(FeedingTest::twoImages, Map.of(), PICTURE, OTHER)).isEqualTo(Map.of("picture", 0, "other", 1));
    }

    @Test
    void bindsAsStatedFirst() throws Exception {
        Map<String, String> stated = Map.of("picture", "other", "other", "other");
        assertThat(feed(FeedingTest::twoImages, stated, PICTURE, OTHER)).isEqualTo(Map.of("picture", 1, "other", 1));
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of(), Field.floats("picture", 3, 32, 32), KIND))
                .isInstanceOf(DataException.class)
                .hasMessage("the net's input image [1, 8, 8] does not take set/train's field picture [3, 32, 32]");
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of(), Field.floats("picture", 1, 8, 9), KIND))
                .hasMessage("the net's input image [1, 8, 8] does not take set/train's field picture [1, 8, 9]; write"
                        + " resize(8x8) in the recipe's transforms (resize(8) makes the shorter side 8)");
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of(), PICTURE, Field.classIndex("kind", 100)))
                .hasMessage("the net's label digit (one of 10 classes) does not take set/train's field kind (one of"
                        + " 100 classes)");
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of("image", "kind"), PICTURE, KIND))
                .hasMessage("the net's input image [1, 8, 8] does not take set/train's field kind (one of 10 classes)");
    }

    @Test
    void saysWhatIsUnknown() {
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of("img", "picture"), PICTURE, KIND))
                .isInstanceOf(DataException.class)
                .hasMessage("feed img = picture: the net has no input or label img; it has digit, image");
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of("image", "photo"), PICTURE, KIND))
                .hasMessage("feed image = photo: set/train has no field photo; it has picture, kind");
        assertThatThrownBy(() -> feed(FeedingTest::imageAndLabel, Map.of(), PICTURE, OTHER, KIND))
                .hasMessage("nothing in set/train tells what input image [1, 8, 8] takes; write feed image = FIELD in"
                        + " the recipe, with one of picture, other, kind");
    }
}
