package dev.striate.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class NetPictureTest {
    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aSmallNet() throws Exception {
        compare(Path.of("src/test/golden/small.cnn"), Path.of("src/test/golden/small.svg"));
    }

    /** The picture of the README. */
    @Test
    void lenet5() throws Exception {
        compare(Path.of("../stdlib-models/src/main/cnn/striate/models/lenet5.cnn"), Path.of("../docs/lenet5.svg"));
    }

    /** With {@code -Dgolden.update} the picture is written, and the run fails, so that a person looks at it. */
    private static void compare(Path net, Path golden) throws IOException {
        String svg = NetPicture.svg(Nets.read(net), Nets.DOWN);
        if (System.getProperty("golden.update") != null) {
            Files.writeString(golden, svg);
            fail("wrote " + golden + ": look at it, then run again without -Dgolden.update");
        }
        assertThat(svg).isEqualTo(Files.readString(golden));
    }

    /** Every picture is XML, the same each time, and every operator, input, label and result of the net can be found in its tooltips. */
    @Test
    void everyNodeIsThere() throws Exception {
        for (NetModel net : Nets.ofTheCompiler()) {
            String svg = NetPicture.svg(net, Nets.DOWN);
            assertThat(NetPicture.svg(net, Nets.DOWN)).isEqualTo(svg);
            Document document = parsed(svg);
            assertThat(document.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
            String told = titles(document);
            for (Node node : net.graph().nodes()) {
                if (!node.isStored()) {
                    assertThat(told).as(net.name()).contains(node.path() + " = ");
                }
            }
            for (Node param : net.graph().params()) {
                assertThat(told).as(net.name()).contains(param.path());
            }
            for (Graph.Result result : net.graph().results(Graph.Kind.OUTPUT)) {
                assertThat(told).as(net.name()).contains("output " + result.name());
            }
        }
    }

    private static String titles(Document document) {
        StringBuilder all = new StringBuilder();
        NodeList titles = document.getElementsByTagName("title");
        for (int i = 0; i < titles.getLength(); i++) {
            all.append(titles.item(i).getTextContent()).append('\n');
        }
        return all.toString();
    }

    /** Two blocks of two convolutions from 8 to 8 channels at 16x16 places, and a layer from 8 to 3. */
    @Test
    void saysWhatThePictureShows() throws Exception {
        Element svg = parsed(NetPicture.svg(Nets.of(Nets.deep(2)), Nets.DOWN)).getDocumentElement();
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Deep");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                .isEqualTo("The network Deep: 2,395 parameters \u00b7 589,848 MACs");
    }

    @Test
    void equalBlocksOfADeepNetAreDrawnOnce() {
        String svg = NetPicture.svg(Nets.of(Nets.deep(40)), Nets.DOWN);
        assertThat(svg).contains(">\u00d7 40</tspan>").contains("body.0").doesNotContain("body.1.");
        assertThat(NetPicture.svg(Nets.of(Nets.deep(3)), Nets.DOWN)).contains("body.2.conv1 = ");
    }

    @Test
    void blocksThatDifferAreNotTakenForEqual() {
        String differing = Nets.deep(40)
                .replace("repeat 40 { Block(8) }", "for i in 0..40 { Block(8, i % 7) }")
                .replace("c: int)", "c: int, p: int)")
                .replace("-> relu -> conv", "-> relu -> dropout(p / 10) -> conv");
        assertThat(NetPicture.svg(Nets.of(differing), Nets.DOWN))
                .doesNotContain(">\u00d7 ")
                .contains("body.39");
    }

    @Test
    void blocksThatTakeSomethingElseAreNotTakenForEqual() {
        String dense = Nets.deep(40)
                .replace("x -> residual {", "x -> concat(axis=C) { identity | ")
                .replace(" } -> relu\n", " }\n");
        assertThat(NetPicture.svg(Nets.of(dense), Nets.DOWN)).doesNotContain(">\u00d7 ");
    }

    @Test
    void closesBlocksBelowADepth() {
        NetModel net = Nets.of(Nets.deep(3));
        String closed = NetPicture.svg(net, new Options(Map.of(), Direction.DOWN, 0));
        assertThat(closed).contains(">body</tspan>").contains("18 operators").doesNotContain("batch_norm");
        String open = NetPicture.svg(net, new Options(Map.of(), Direction.DOWN, 1));
        assertThat(open).contains("6 operators").doesNotContain("batch_norm");
        assertThat(NetPicture.svg(net, new Options(Map.of(), Direction.DOWN, 2)))
                .contains("batch_norm");
    }

    @Test
    void goesToTheRight() throws Exception {
        NetModel net = Nets.of(Nets.deep(3));
        Element down = parsed(NetPicture.svg(net, Nets.DOWN)).getDocumentElement();
        Element right = parsed(NetPicture.svg(net, new Options(Map.of(), Direction.RIGHT, Options.AUTOMATIC)))
                .getDocumentElement();
        assertThat(number(down, "height")).isGreaterThan(number(down, "width"));
        assertThat(number(right, "width")).isGreaterThan(number(right, "height"));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @Test
    void sizesTakeThePlaceOfSymbols() {
        NetModel net = Nets.of("""
                net Any {
                  input image: f32[N, 1, H, W] where H >= 4, W >= 4
                  image -> conv(2, 3) -> global_avg_pool -> output y
                }
                """);
        assertThat(NetPicture.svg(net, Nets.DOWN))
                .contains("2\u00d7H - 2\u00d7W - 2")
                .doesNotContain("MACs");
        String sized = NetPicture.svg(net, new Options(Map.of("H", 10L, "W", 6L), Direction.DOWN, Options.AUTOMATIC));
        assertThat(sized).contains("2\u00d78\u00d74", "576 MACs at H = 10, W = 6");
    }

    @Test
    void textIsEscaped() {
        Set<String> seen = new HashSet<>();
        for (String text : new String[] {"a<b", "a&b", "a\"b", "a>b"}) {
            assertThat(seen.add(SvgText.escaped(text))).isTrue();
            assertThat(SvgText.escaped(text)).matches("a&(lt|amp|quot|gt);b");
        }
    }
}
