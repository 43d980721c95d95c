package dev.catchwater.columnar.encode;

/// The levels of a leaf's entries in some rows of a nested column, and where the values are.
///
/// @param entries entries in the arrays, which may be longer
/// @param repetitions 0 where a row begins
/// @param slots the row of the leaf's own column that holds the value, or -1 where there is none
record Levels(int entries, int[] definitions, int[] repetitions, int[] slots) {}
