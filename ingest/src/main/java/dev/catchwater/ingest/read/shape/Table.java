package dev.catchwater.ingest.read.shape;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes of the shapes, a record each (dBASE, `.dbf`). Used by one thread.
public final class Table implements Closeable {
  private static final int HEADER_SIZE = 32;
  private static final int FIELD_SIZE = 32;
  private static final int NAME_SIZE = 11;
  private static final int FIELDS_MAX = 1_000;
  private static final int END_OF_FIELDS = 0x0d;
  private static final int FOX_PRO = 0x30;

  private final InputStream in;
  private final byte[] record;
  private final List<TableField> fields;
  private final long count;
  private final TableText text;
  private long next;

  private Table(
      InputStream in, byte[] record, List<TableField> fields, long count, TableText text) {
    this.in = in;
    this.record = record;
    this.fields = fields;
    this.count = count;
    this.text = text;
  }

  /// Reads the header; the table closes the stream.
  ///
  /// @param encoding what the `.cpg` says, null where there is none
  /// @throws CatchwaterException BAD_DATA, BAD_ENCODING, LIMIT_EXCEEDED
  public static Table open(InputStream in, @Nullable String encoding) throws IOException {
    ByteBuffer header = ByteBuffer.wrap(read(in, HEADER_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
    int version = header.get(0) & 0xff;
    long count = header.getInt(4) & 0xffff_ffffL;
    int headerSize = header.getShort(8) & 0xffff;
    int recordSize = header.getShort(10) & 0xffff;
    TableText text = TableText.of(encoding, header.get(29) & 0xff);
    if (headerSize <= HEADER_SIZE || recordSize == 0) {
      throw damaged("its header says " + headerSize + " and " + recordSize + " bytes");
    }
    byte[] described = read(in, headerSize - HEADER_SIZE);
    List<TableField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int at = 0;
    int offset = 1;
    while (described.length - at >= FIELD_SIZE && described[at] != END_OF_FIELDS) {
      int end = at;
      while (end < at + NAME_SIZE && described[end] != 0) {
        end++;
      }
      String name = name(text, described, at, end);
      char type = (char) (described[at + NAME_SIZE] & 0xff);
      int length = described[at + 16] & 0xff;
      int decimals = described[at + 17] & 0xff;
      if (type == 'C') {
        // Clipper and FoxPro keep the higher byte of long texts here.
        length |= decimals << 8;
      }
      fields.add(new TableField(name, type, offset, length, decimals, version >= FOX_PRO));
      offset += length;
      at += FIELD_SIZE;
      if (!names.add(name)) {
        throw damaged("the field \"" + name + "\" is there twice");
      }
      if (fields.size() > FIELDS_MAX) {
        throw CatchwaterException.of(
            ErrorCode.LIMIT_EXCEEDED,
            "The .dbf has more than " + FIELDS_MAX + " fields (limit: columns)");
      }
    }
    if (offset > recordSize || fields.isEmpty()) {
      throw damaged("fields of " + offset + " bytes in records of " + recordSize);
    }
    return new Table(in, new byte[recordSize], fields, count, text);
  }

  private static String name(TableText text, byte[] described, int start, int end) {
    try {
      return text.decode(described, start, end).strip();
    } catch (BadValue bad) {
      throw damaged("the name of a field cannot be read: " + bad.text());
    }
  }

  private static byte[] read(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw damaged("it ends in its header");
    }
    return bytes;
  }

  /// The fields, in the order of the file.
  public List<TableField> fields() {
    return fields;
  }

  TableText text() {
    return text;
  }

  /// Goes to the next record; false after the last.
  ///
  /// @throws CatchwaterException BAD_DATA
  public boolean next() throws IOException {
    if (next == count) {
      return false;
    }
    if (in.readNBytes(record, 0, record.length) < record.length) {
      throw damaged("it ends after " + next + " of " + count + " records");
    }
    next++;
    return true;
  }

  /// Records that were gone to.
  public long number() {
    return next;
  }

  /// Whether the record is only kept until the table is packed.
  public boolean isDeleted() {
    return record[0] == '*';
  }

  /// The bytes of the record.
  byte[] record() {
    return record;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  static CatchwaterException damaged(String how) {
    return CatchwaterException.of(ErrorCode.BAD_DATA, "The .dbf is damaged: " + how);
  }
}
