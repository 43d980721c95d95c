package dev.catchwater.odf.error;

import org.jspecify.annotations.Nullable;

/// Where in an input something is wrong. Lines and columns count from 1 (columns in characters); 0
/// means not known.
///
/// @param file the file's name as the user gave it, or null for standard input and bodies
/// @param field the field or path inside the record (`t`, `content.metadata[0].read`), or null
public record Place(@Nullable String file, long line, long column, @Nullable String field) {

  /// A place that only names a file.
  public static Place of(String file) {
    return new Place(file, 0, 0, null);
  }

  /// `orders.csv:17:4`, or `line 17, column 4` where there is no file, with `field "t"` behind it.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (file != null) {
      text.append(file);
      if (line > 0) {
        text.append(':').append(line);
        if (column > 0) {
          text.append(':').append(column);
        }
      }
    } else if (line > 0) {
      text.append("line ").append(line);
      if (column > 0) {
        text.append(", column ").append(column);
      }
    }
    if (field != null) {
      text.append(text.isEmpty() ? "" : ", ").append("field \"").append(field).append('"');
    }
    return text.toString();
  }
}
