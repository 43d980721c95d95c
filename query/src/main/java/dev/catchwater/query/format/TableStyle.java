package dev.catchwater.query.format;

/// How a table is drawn.
///
/// @param boldHeader whether column names are in bold type (terminals with colours)
/// @param visibleControls whether control characters are written out (terminals)
/// @param operationColumn the position of the column whose codes are shown as `+A -R -C +C`, -1 for
///   none
/// @param isAscii whether it is drawn with `+`, `-` and `|`, its cells to the left, as kamu's SQL
///   shell draws it
public record TableStyle(
    boolean boldHeader, boolean visibleControls, int operationColumn, boolean isAscii) {
  /// A box drawing.
  public TableStyle(boolean boldHeader, boolean visibleControls, int operationColumn) {
    this(boldHeader, visibleControls, operationColumn, false);
  }

  /// No bold type, every character as it is, and operations in the second column, as `tail` has it.
  public static final TableStyle PLAIN = new TableStyle(false, false, 1);
}
