package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.schema.DataType;
import org.jspecify.annotations.Nullable;

/// The columns of texts, bytes and booleans.
public abstract class TextCell extends Cell {
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  public TextCell(DataType type, ColumnBuilder builder) {
    super(type, builder);
  }

  private static boolean isWord(byte[] word, byte[] b, int start, int end) {
    if (end - start != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if ((b[start + i] | 0x20) != word[i]) {
        return false;
      }
    }
    return true;
  }

  /// String. Numbers and booleans are taken as written.
  public static class Text extends TextCell {
    private final ColumnBuilder.Bytes bytes;

    Text(DataType type, ColumnBuilder.Bytes bytes) {
      super(type, bytes);
      this.bytes = bytes;
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      if (b[start] == '"') {
        int p = start + 1;
        byte c = b[p];
        while (c >= 0x20 && c != '"' && c != '\\') {
          c = b[++p];
        }
        if (c == '"') {
          bytes.append(b, start + 1, p - start - 1);
          return p + 1;
        }
      }
      return super.json(scanner, b, start);
    }

    @Override
    public int csv(byte[] b, int start, byte[] kinds) {
      int p = start;
      while (kinds[b[p] & 0xFF] == PLAIN) {
        p++;
      }
      if (kinds[b[p] & 0xFF] < FIELD_END) {
        return -1;
      }
      bytes.append(b, start, p - start);
      return p;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      bytes.append(b, start, end - start);
    }

    @Override
    public void number(byte[] b, int start, int end) {
      bytes.append(b, start, end - start);
    }

    @Override
    public void bool(boolean value) {
      bytes.append(value ? TRUE : FALSE);
    }

    @Override
    public String expectation() {
      return typeName;
    }
  }

  /// Bool. Texts in any case.
  static final class Bool extends TextCell {
    private final ColumnBuilder.Bools bools;

    Bool(DataType type, ColumnBuilder.Bools bools) {
      super(type, bools);
      this.bools = bools;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      if (isWord(TRUE, b, start, end)) {
        bools.append(true);
      } else if (isWord(FALSE, b, start, end)) {
        bools.append(false);
      } else {
        throw expected(b, start, end);
      }
    }

    @Override
    public void bool(boolean value) {
      bools.append(value);
    }

    @Override
    public String expectation() {
      return "Bool (true or false)";
    }
  }

  /// Binary, as pairs of hexadecimal digits.
  static final class Hex extends TextCell {
    private final ColumnBuilder.Bytes bytes;
    private final @Nullable Long fixedLength;

    Hex(DataType type, @Nullable Long fixedLength, ColumnBuilder.Bytes bytes) {
      super(type, bytes);
      this.bytes = bytes;
      this.fixedLength = fixedLength;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      int count = (end - start) / 2;
      if ((end - start) % 2 != 0 || (fixedLength != null && count != fixedLength)) {
        throw expected(b, start, end);
      }
      byte[] value = new byte[count];
      for (int i = 0; i < count; i++) {
        int high = digit(b[start + 2 * i]);
        int low = digit(b[start + 2 * i + 1]);
        if (high < 0 || low < 0) {
          throw expected(b, start, end);
        }
        value[i] = (byte) (high << 4 | low);
      }
      bytes.append(value);
    }

    private static int digit(byte b) {
      return b < 0 ? -1 : Character.digit(b, 16);
    }

    @Override
    public String expectation() {
      return fixedLength == null
          ? "Binary (hexadecimal digits)"
          : "Binary (" + fixedLength + " bytes in hexadecimal digits)";
    }
  }

  /// Null.
  static final class Nothing extends TextCell {
    Nothing(DataType type, ColumnBuilder builder) {
      super(type.optional(), builder);
    }

    @Override
    public void text(byte[] b, int start, int end) {
      throw expected(b, start, end);
    }

    @Override
    public String expectation() {
      return "null";
    }
  }

  /// What a source without schema brings in objects and mixtures: the JSON as text, without the
  /// white space between its parts. Texts stay as they are.
  public static final class Json extends Text {
    private final ColumnBuilder.Bytes bytes;

    public Json(DataType type, ColumnBuilder.Bytes bytes) {
      super(type, bytes);
      this.bytes = bytes;
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      if (b[start] != '{' && b[start] != '[') {
        return super.json(scanner, b, start);
      }
      int end = scanner.skip(b, start);
      byte[] compact = new byte[end - start];
      int length = 0;
      boolean inText = false;
      for (int p = start; p < end; p++) {
        byte c = b[p];
        if (c == '"') {
          inText = !inText;
        }
        if (inText || (c != ' ' && c != '\t' && c != '\n' && c != '\r')) {
          compact[length++] = c;
        }
        if (inText && c == '\\') {
          compact[length++] = b[++p];
        }
      }
      bytes.append(compact, 0, length);
      return end;
    }
  }
}
