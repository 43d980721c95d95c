package dev.catchwater.ingest.live.record;

import dev.catchwater.ingest.quarantine.AsideRows;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.sieve.RefusedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The rows that a push set aside as bytes and back. Numbers are LEB128, see [ByteWriter].
///
/// ```
/// format (a text, or none) · has event time · event time · rows
/// of each row: flags · file, header (each where it is another one than the row's before)
///   · line · column · field · code · message · hint · bytes
/// ```
final class AsideCodec {
  private static final int OTHER_FILE = 1;
  private static final int OTHER_HEADER = 2;

  private AsideCodec() {}

  static void write(ByteWriter out, AsideRows aside) {
    InputFormat format = aside.format();
    out.optionalText(format == null ? null : format.name());
    Instant eventTime = aside.eventTime();
    out.octet(eventTime == null ? 0 : 1);
    if (eventTime != null) {
      out.time(eventTime);
    }
    out.number(aside.rows().size());
    String file = null;
    String header = null;
    for (RefusedRow row : aside.rows()) {
      boolean isOtherFile = !Objects.equals(file, row.file());
      boolean isOtherHeader = !Objects.equals(header, row.header());
      out.octet((isOtherFile ? OTHER_FILE : 0) | (isOtherHeader ? OTHER_HEADER : 0));
      file = row.file();
      header = row.header();
      if (isOtherFile) {
        out.optionalText(file);
      }
      if (isOtherHeader) {
        out.optionalText(header);
      }
      out.number(row.line()).number(row.column()).optionalText(row.field());
      out.text(row.code()).text(row.message()).optionalText(row.hint()).array(row.bytes());
    }
  }

  static AsideRows read(ByteReader in) {
    String format = in.optionalText();
    Instant eventTime = in.octet() == 0 ? null : in.time();
    int count = in.count();
    List<RefusedRow> rows = new ArrayList<>();
    String file = null;
    String header = null;
    for (int i = 0; i < count; i++) {
      int flags = in.octet();
      file = (flags & OTHER_FILE) == 0 ? file : in.optionalText();
      header = (flags & OTHER_HEADER) == 0 ? header : in.optionalText();
      long line = in.number();
      long column = in.number();
      String field = in.optionalText();
      String code = in.text();
      String message = in.text();
      String hint = in.optionalText();
      rows.add(new RefusedRow(file, line, column, field, code, message, hint, header, in.array()));
    }
    return new AsideRows(format == null ? null : InputFormat.valueOf(format), eventTime, rows);
  }
}
