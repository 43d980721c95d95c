package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Utf8;
import java.util.Arrays;

/// The grammar of CSV (RFC 4180) over bytes: finds the fields of records. What stands behind the
/// window's limit ends every field: who calls looks whether the end is within it. Used by one
/// thread.
final class CsvFields {
  /// The field that [#next] read last: `text[from] … text[to - 1]`.
  byte[] text = {};

  int from;
  int to;
  boolean isQuoted;

  /// Line ends inside quotes since the record began; the caller resets it.
  int linesInside;

  private final CsvDialect dialect;
  private byte[] unescaped = new byte[64];

  CsvFields(CsvDialect dialect) {
    this.dialect = dialect;
  }

  /// Reads the field at `start`, gives where it ends: at a separator or a line end.
  ///
  /// @throws BadValue for bytes that are no text, and quotes where none may stand
  int next(byte[] b, int start) {
    return b[start] == dialect.quote() ? quoted(b, start) : bare(b, start);
  }

  private int bare(byte[] b, int start) {
    byte[] kinds = dialect.bare();
    int p = start;
    while (true) {
      byte kind = kinds[b[p] & 0xFF];
      if (kind == CsvDialect.PLAIN) {
        p++;
      } else if (kind >= CsvDialect.SEPARATOR) {
        break;
      } else if (kind == CsvDialect.WIDE) {
        p += wide(b, p);
      } else if (kind == CsvDialect.QUOTE) {
        throw BadValue.syntax(
            p,
            "Csv error: a quote inside a field that does not begin with one",
            "quote the whole field and double the quotes in it");
      } else {
        throw control(b, p);
      }
    }
    text = b;
    from = start;
    to = p;
    isQuoted = false;
    return p;
  }

  private int quoted(byte[] b, int start) {
    byte[] kinds = dialect.quoted();
    int copied = start + 1;
    int length = 0;
    boolean isPlain = true;
    int p = start + 1;
    while (true) {
      byte kind = kinds[b[p] & 0xFF];
      if (kind == CsvDialect.PLAIN) {
        p++;
      } else if (kind == CsvDialect.WIDE) {
        p += wide(b, p);
      } else if (kind == CsvDialect.LINE_END) {
        linesInside += b[p] == '\r' && b[p + 1] == '\n' ? 0 : 1;
        p++;
      } else if (kind == CsvDialect.CONTROL) {
        throw control(b, p);
      } else if (isSign(b[p + 1]) && (kind == CsvDialect.ESCAPE || b[p + 1] == dialect.quote())) {
        length = copy(b, copied, p, length);
        isPlain = false;
        copied = p + 1;
        p += 2;
      } else if (kind == CsvDialect.ESCAPE) {
        p++;
      } else {
        break;
      }
    }
    if (isPlain) {
      text = b;
      from = copied;
      to = p;
    } else {
      to = copy(b, copied, p, length);
      from = 0;
      text = unescaped;
    }
    isQuoted = true;
    if (dialect.bare()[b[p + 1] & 0xFF] < CsvDialect.SEPARATOR) {
      throw BadValue.syntax(
          start,
          "Csv error: something follows the quote that closes the field",
          "double the quotes inside a quoted field");
    }
    return p + 1;
  }

  private boolean isSign(byte b) {
    return b == dialect.quote() || b == dialect.escape();
  }

  private int copy(byte[] b, int start, int end, int length) {
    int after = length + end - start;
    if (after > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, after * 2);
    }
    System.arraycopy(b, start, unescaped, length, end - start);
    return after;
  }

  private static int wide(byte[] b, int p) {
    int length = Utf8.length(b, p);
    if (length == 0) {
      throw BadValue.badByte(p, "Csv error: the text is not UTF-8")
          .withHint("declare its `encoding`: " + Unpacking.ENCODINGS);
    }
    return length;
  }

  private static BadValue control(byte[] b, int p) {
    return BadValue.badByte(
        p,
        "Csv error: the control character 0x"
            + BadValue.hex(b[p] >> 4)
            + BadValue.hex(b[p])
            + " is no text,");
  }

  /// Where the record at `start` ends, whatever is wrong with it: at its line end, or at `limit`
  /// where that comes first.
  int recordEnd(byte[] b, int start, int limit) {
    int p = start;
    while (p < limit) {
      if (b[p] == dialect.quote()) {
        p = quoteEnd(b, p, limit);
      }
      byte[] kinds = dialect.bare();
      while (p < limit && kinds[b[p] & 0xFF] < CsvDialect.SEPARATOR) {
        p++;
      }
      if (p >= limit || kinds[b[p] & 0xFF] == CsvDialect.LINE_END) {
        return p;
      }
      p++;
    }
    return limit;
  }

  /// Whether the record at `start`, which goes to the end of the input, ends inside quotes.
  boolean quoteIsOpen(byte[] b, int start, int limit) {
    byte[] kinds = dialect.bare();
    int p = start;
    while (p < limit) {
      if (b[p] == dialect.quote()) {
        int end = quoteEnd(b, p, limit);
        if (end >= limit && (end - p < 2 || b[limit - 1] != dialect.quote())) {
          return true;
        }
        p = end;
      }
      while (p < limit && kinds[b[p] & 0xFF] < CsvDialect.SEPARATOR) {
        p++;
      }
      p++;
    }
    return false;
  }

  /// Fields of the record at `start`, whatever is wrong with them.
  int count(byte[] b, int start, int end) {
    int fields = 1;
    int p = start;
    while (p < end) {
      if (b[p] == dialect.quote()) {
        p = quoteEnd(b, p, end);
      }
      while (p < end && b[p] != dialect.separator()) {
        p++;
      }
      if (p < end) {
        fields++;
        p++;
      }
    }
    return fields;
  }

  /// The place behind the quote that closes the one at `start`, or `limit`.
  int quoteEnd(byte[] b, int start, int limit) {
    int p = start + 1;
    while (p < limit) {
      if (b[p] == dialect.escape() && p + 1 < limit && isSign(b[p + 1])) {
        p += 2;
      } else if (b[p] != dialect.quote()) {
        p++;
      } else if (p + 1 < limit && b[p + 1] == dialect.quote()) {
        p += 2;
      } else {
        return p + 1;
      }
    }
    return limit;
  }
}
