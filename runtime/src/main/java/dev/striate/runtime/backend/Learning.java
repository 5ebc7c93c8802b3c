package dev.striate.runtime.backend;

import java.lang.foreign.MemorySegment;

/**
 * What an optimizer works on in the runs of a session that trains, or behind them. On a device the segments only carry addresses: the loops
 * tell the device what to do, in the order of the calls and of the session's runs, and nothing is copied to Java.
 *
 * @param weights the values, float32, which loops change
 * @param gradients those of the last run, float32, in the same order
 * @param loops what goes over both
 * @param changed called when the weights were changed, before the next run
 */
public record Learning(MemorySegment weights, MemorySegment gradients, UpdateLoops loops, Runnable changed) {}
