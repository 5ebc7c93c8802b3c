package dev.striate.picture;

/** Where values go in a picture. */
public enum Direction {
    /** From the top to the bottom. */
    DOWN,
    /** From left to right. */
    RIGHT
}
