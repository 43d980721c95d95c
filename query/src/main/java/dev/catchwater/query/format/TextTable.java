package dev.catchwater.query.format;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A box drawing of texts: one space around each cell, header in the middle, no lines between rows;
/// a table without rows has one empty one. A cell may have several lines. Used by one thread.
public final class TextTable {
  /// Where a cell's text stands.
  public enum Align {
    LEFT,
    CENTER,
    RIGHT
  }

  private static final String[] BOX = {"┌", "┬", "┐", "├", "┼", "┤", "└", "┴", "┘", "─", "│"};
  private static final String[] ASCII = {"+", "+", "+", "+", "+", "+", "+", "+", "+", "-", "|"};

  private final List<String> header;
  private final Align[] aligns;
  private final int[] widths;
  private final List<String[]> rows = new ArrayList<>();
  private String[] signs = BOX;
  private boolean isAscii;

  /// An empty table with these columns, all aligned right.
  public TextTable(List<String> header) {
    this.header = List.copyOf(header);
    this.aligns = new Align[header.size()];
    Arrays.fill(aligns, Align.RIGHT);
    this.widths = new int[header.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = width(header.get(i));
    }
  }

  /// An empty table drawn with `+`, `-` and `|`, all cells and headers aligned left.
  static TextTable ascii(List<String> header) {
    TextTable table = new TextTable(header);
    Arrays.fill(table.aligns, Align.LEFT);
    table.signs = ASCII;
    table.isAscii = true;
    return table;
  }

  /// Aligns the cells of a column.
  public TextTable align(int column, Align align) {
    aligns[column] = align;
    return this;
  }

  /// A row of as many cells as there are columns.
  public void add(String... cells) {
    if (cells.length != widths.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + widths.length);
    }
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], width(cells[i]));
    }
    rows.add(cells);
  }

  /// Draws the table and flushes the stream.
  public void write(OutputStream out, boolean boldHeader) {
    TextSink sink = new TextSink(out);
    write(sink, boldHeader);
    sink.flush();
  }

  void write(TextSink sink, boolean boldHeader) {
    rule(sink, signs[0], signs[1], signs[2]);
    Align[] centered = new Align[widths.length];
    Arrays.fill(centered, isAscii ? Align.LEFT : Align.CENTER);
    row(sink, header.toArray(String[]::new), centered, boldHeader);
    rule(sink, signs[3], signs[4], signs[5]);
    if (rows.isEmpty() && !isAscii) {
      String[] empty = new String[widths.length];
      Arrays.fill(empty, "");
      row(sink, empty, aligns, false);
    }
    for (String[] cells : rows) {
      row(sink, cells, aligns, false);
    }
    rule(sink, signs[6], signs[7], signs[8]);
  }

  private void rule(TextSink sink, String left, String middle, String right) {
    sink.text(left);
    for (int i = 0; i < widths.length; i++) {
      if (i > 0) {
        sink.text(middle);
      }
      for (int j = 0; j < widths[i] + 2; j++) {
        sink.text(signs[9]);
      }
    }
    sink.text(right).put('\n');
  }

  private void row(TextSink sink, String[] cells, Align[] where, boolean bold) {
    int lines = 1;
    for (String cell : cells) {
      lines = Math.max(lines, lineCount(cell));
    }
    for (int line = 0; line < lines; line++) {
      sink.text(signs[10]);
      for (int i = 0; i < cells.length; i++) {
        if (i > 0) {
          sink.text(signs[10]);
        }
        cell(sink, line(cells[i], line), widths[i], where[i], bold);
      }
      sink.text(signs[10]).put('\n');
    }
  }

  private static void cell(TextSink sink, String text, int width, Align align, boolean bold) {
    int free = width - DisplayWidth.of(text);
    int left =
        switch (align) {
          case LEFT -> 0;
          case CENTER -> free / 2;
          case RIGHT -> free;
        };
    sink.put(' ');
    spaces(sink, left);
    if (bold) {
      sink.ascii("\033[1m").text(text).ascii("\033[0m");
    } else {
      sink.text(text);
    }
    spaces(sink, free - left);
    sink.put(' ');
  }

  private static void spaces(TextSink sink, int count) {
    for (int i = 0; i < count; i++) {
      sink.put(' ');
    }
  }

  private static int width(String cell) {
    if (cell.indexOf('\n') < 0) {
      return DisplayWidth.of(cell);
    }
    int width = 0;
    for (int i = 0; i < lineCount(cell); i++) {
      width = Math.max(width, DisplayWidth.of(line(cell, i)));
    }
    return width;
  }

  private static int lineCount(String cell) {
    int count = 1;
    for (int at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) {
      count++;
    }
    return count;
  }

  private static String line(String cell, int index) {
    int from = 0;
    for (int i = 0; i < index; i++) {
      int end = cell.indexOf('\n', from);
      if (end < 0) {
        return "";
      }
      from = end + 1;
    }
    int end = cell.indexOf('\n', from);
    return end < 0 ? cell.substring(from) : cell.substring(from, end);
  }
}
