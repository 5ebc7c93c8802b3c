package dev.striate.picture;

import java.util.List;

/**
 * What is in a picture, before it has places.
 *
 * @param title the net
 * @param subtitle what it costs
 * @param boxes all boxes, those that give values before those that take them
 * @param groups the groups that stand in no other
 * @param edges the values
 */
record Scene(String title, String subtitle, List<Box> boxes, List<Group> groups, List<Edge> edges) {}
