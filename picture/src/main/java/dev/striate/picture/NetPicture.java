package dev.striate.picture;

import dev.striate.compiler.analyze.NetModel;

/** Draws nets. */
public final class NetPicture {
    private NetPicture() {}

    /**
     * A net as an SVG picture: operators as boxes that are coloured by what they do, with what follows them at once as
     * pills within; blocks and loops as groups around them; edges with the shapes of values. Equal nets and options give
     * equal text.
     */
    public static String svg(NetModel net, Options options) {
        Scene scene = SceneBuilder.of(net, options);
        return Svg.of(scene, Layout.of(scene, options.direction()));
    }
}
