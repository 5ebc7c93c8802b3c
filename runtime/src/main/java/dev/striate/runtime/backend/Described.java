package dev.striate.runtime.backend;

/** A bound kernel that says in which of several ways it works, for profiles. */
public interface Described extends Runnable {
    /** The way in a few words, such as {@code im2col, OpenBLAS}. */
    String kernel();

    /** A kernel with a description. */
    static Described as(String kernel, Runnable work) {
        return new Described() {
            @Override
            public String kernel() {
                return kernel;
            }

            @Override
            public void run() {
                work.run();
            }
        };
    }

    /** What a bound kernel says of itself; {@code java} where it says nothing. */
    static String of(Runnable bound) {
        return bound instanceof Described described ? described.kernel() : "java";
    }
}
