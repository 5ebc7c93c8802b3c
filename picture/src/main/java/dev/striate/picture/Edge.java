package dev.striate.picture;

/**
 * A value on its way.
 *
 * @param from the box that gives it
 * @param value which of the box's values it is: its path
 * @param to the box that takes it
 * @param label its shape; empty where another edge from there shows it
 */
record Edge(Box from, String value, Box to, String label) {}
