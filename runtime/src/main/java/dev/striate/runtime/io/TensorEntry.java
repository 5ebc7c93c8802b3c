package dev.striate.runtime.io;

import dev.striate.core.Sizes;

/**
 * One float32 tensor of a safetensors file.
 *
 * @param name unique within the file, such as {@code conv1.weight}
 * @param shape the sizes of its dimensions, outermost first
 * @param offset where its values begin, in bytes from the start of the file's data
 * @param bytes how many bytes its values take: 4 for each element
 */
public record TensorEntry(String name, Sizes shape, long offset, long bytes) {}
