package dev.striate.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.picture.Placed.Point;
import dev.striate.picture.Placed.Rect;
import dev.striate.picture.Placed.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final Offset<Double> PIXEL = Offset.offset(1.0);

    /** What is tested: nets, and where their parts are, in both directions. */
    private static final List<Drawn> ALL = new ArrayList<>();

    private record Drawn(Scene scene, Placed placed) {}

    @BeforeAll
    static void layOut() throws IOException {
        List<NetModel> nets = new ArrayList<>(Nets.ofTheCompiler());
        nets.add(Nets.of(Nets.deep(5)));
        nets.add(Nets.of(Nets.deep(40)));
        for (NetModel net : nets) {
            for (Direction direction : Direction.values()) {
                Scene scene = SceneBuilder.of(net, new Options(Map.of(), direction, Options.AUTOMATIC));
                ALL.add(new Drawn(scene, Layout.of(scene, direction)));
            }
        }
    }

    private static void forAll(BiConsumer<Scene, Placed> check) {
        ALL.forEach(d -> check.accept(d.scene(), d.placed()));
    }

    private static Rect place(Box box, Placed placed) {
        return Objects.requireNonNull(placed.boxes().get(box.id()), box.id());
    }

    @Test
    void noTwoBoxesOverlap() {
        forAll((scene, placed) -> {
            List<Box> boxes = scene.boxes();
            for (int i = 0; i < boxes.size(); i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(place(boxes.get(i), placed).meets(place(boxes.get(j), placed)))
                            .as(scene.title() + ": " + boxes.get(i).id() + " and "
                                    + boxes.get(j).id())
                            .isFalse();
                }
            }
        });
    }

    @Test
    void boxesStandInTheirGroupsAndInNoOther() {
        forAll((scene, placed) -> scene.groups().stream().flatMap(Group::open).forEach(group -> {
            Rect around = Objects.requireNonNull(placed.groups().get(group.path()));
            List<Group> within = group.open().toList();
            for (Box box : scene.boxes()) {
                Rect at = place(box, placed);
                boolean belongs = box.group() != null && within.contains(box.group());
                assertThat(at.meets(around)).as(scene.title() + ": " + box.id()).isEqualTo(belongs);
                if (belongs) {
                    assertThat(at.x()).isGreaterThanOrEqualTo(around.x());
                    assertThat(at.y()).isGreaterThanOrEqualTo(around.y() + BoxSize.HEADING);
                    assertThat(at.x() + at.width()).isLessThanOrEqualTo(around.x() + around.width());
                    assertThat(at.y() + at.height()).isLessThanOrEqualTo(around.y() + around.height());
                }
            }
        }));
    }

    @Test
    void edgesGoStraightFromBoxToBox() {
        forAll((scene, placed) -> {
            for (int i = 0; i < scene.edges().size(); i++) {
                Edge edge = scene.edges().get(i);
                List<Point> points = placed.routes().get(i).points();
                assertThat(distance(points.getFirst(), place(edge.from(), placed)))
                        .as(scene.title() + ": " + edge)
                        .isCloseTo(0, PIXEL);
                assertThat(distance(points.getLast(), place(edge.to(), placed)))
                        .as(scene.title() + ": " + edge)
                        .isCloseTo(0, PIXEL);
                for (int p = 1; p < points.size(); p++) {
                    double dx = Math.abs(points.get(p).x() - points.get(p - 1).x());
                    double dy = Math.abs(points.get(p).y() - points.get(p - 1).y());
                    assertThat(Math.min(dx, dy)).isCloseTo(0, PIXEL);
                }
            }
        });
    }

    private static double distance(Point p, Rect r) {
        double dx = Math.max(0, Math.max(r.x() - p.x(), p.x() - r.x() - r.width()));
        double dy = Math.max(0, Math.max(r.y() - p.y(), p.y() - r.y() - r.height()));
        return Math.hypot(dx, dy);
    }

    @Test
    void labelsStandClearOfBoxes() {
        forAll((scene, placed) -> {
            for (Route route : placed.routes()) {
                for (Box box : scene.boxes()) {
                    assertThat(route.label() != null && route.label().meets(place(box, placed)))
                            .as(scene.title() + ": " + box.id())
                            .isFalse();
                }
            }
        });
    }

    /** Values flow one way: what gives a value stands before what takes it. */
    @Test
    void valuesFlowOneWay() {
        forAll((scene, placed) -> {
            for (Edge edge : scene.edges()) {
                Rect from = place(edge.from(), placed);
                Rect to = place(edge.to(), placed);
                assertThat(from.y() + from.height() <= to.y() || from.x() + from.width() <= to.x())
                        .as(scene.title() + ": " + edge)
                        .isTrue();
            }
        });
    }

    /** The longest way through a net is drawn as one line. */
    @Test
    void theSpineIsStraight() {
        NetModel net = Nets.of(Nets.deep(5));
        Scene scene = SceneBuilder.of(net, Nets.DOWN);
        Placed placed = Layout.of(scene, Direction.DOWN);
        double x = place(scene.boxes().getFirst(), placed).centerX();
        for (Edge edge : Spine.of(scene)) {
            assertThat(place(edge.to(), placed).centerX()).as(edge.to().id()).isCloseTo(x, PIXEL);
        }
    }

    @Test
    void textFitsItsBox() {
        forAll((scene, placed) -> {
            for (Box box : scene.boxes()) {
                Rect at = place(box, placed);
                double text = box.form() == Box.Form.MERGE
                        ? TextSize.bold(box.name(), 17)
                        : Math.max(BoxSize.nameWidth(box), TextSize.plain(box.note(), BoxSize.NOTE_FONT));
                assertThat(text).as(box.id()).isLessThanOrEqualTo(at.width());
            }
        });
    }
}
