package dev.striate.runtime.cuda.driver;

/** Makes machine code of CUDA C. */
@FunctionalInterface
public interface SourceCompiler {
    /**
     * The code for one kind of device, not an intermediate form: so that a driver of the same major version as the compiler
     * reads it, even an older one.
     *
     * @param source a whole module
     * @param capability the device's compute capability, such as 90 for 9.0
     * @throws IllegalStateException when it does not compile, which is a bug of the backend; the message has the compiler's log
     */
    byte[] compile(String source, int capability);

    /** Which compiler it is: what it made is not mixed up with what another one made. */
    default String version() {
        return "";
    }
}
