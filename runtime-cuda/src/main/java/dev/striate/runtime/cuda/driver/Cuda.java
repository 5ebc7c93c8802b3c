package dev.striate.runtime.cuda.driver;

/**
 * What the backend runs on.
 *
 * @param driver memory, streams, modules, graphs
 * @param compiler makes machine code of CUDA C
 * @param dnn convolutions
 * @param blas matrix products
 */
public record Cuda(Driver driver, SourceCompiler compiler, Dnn dnn, Blas blas) {}
