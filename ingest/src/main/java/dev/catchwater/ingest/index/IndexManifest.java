package dev.catchwater.ingest.index;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What an index consists of, for whom, and up to where. Replaced as a whole, by a rename.
/// Immutable.
///
/// ```
///   8        1       16     2+n       2      2+n each    2+n      4      16 each      4
///   ├─ magic ┼version┼ seed ┼ dataset ┼ terms┼ texts     ┼ covers ┼ runs ┼ id,entries ┼ crc32c ┤
/// ```
///
/// Little-endian; texts are UTF-8 behind their length. `covers` is the head up to which the index
/// knows every row, empty for none.
///
/// @param terms what the index is by: of keys, the names of the key columns; of states, all that
///   its entries depend on
/// @param seedHigh with `seedLow` the secret of the key hashes
/// @param covers the head up to which every row is in the index, null for none
record IndexManifest(
    DatasetId dataset,
    List<String> terms,
    long seedHigh,
    long seedLow,
    @Nullable Multihash covers,
    List<Run> runs) {
  private static final long MAGIC = 0x3158_4449_5945_4b43L;
  // Counts up whenever the bytes of an index, or how keys and contents are hashed, change: an index
  // of another version is built anew.
  private static final byte VERSION = 2;
  private static final int RUNS_MAX = 1_000;
  private static final int TERMS_MAX = 20_000;

  IndexManifest {
    terms = Collections.unmodifiableList(new ArrayList<>(terms));
    runs = Collections.unmodifiableList(new ArrayList<>(runs));
  }

  /// A file of the index; the first one holds the oldest keys.
  ///
  /// @param id names the file and salts its pages
  record Run(long id, long entryCount) {}

  byte[] toBytes() {
    byte[] datasetBytes = utf8(dataset.toString());
    byte[] coversBytes = covers == null ? new byte[0] : covers.toBytes();
    int length = 8 + 1 + 16 + 2 + datasetBytes.length + 2 + 2 + coversBytes.length + 4 + 4;
    List<byte[]> names = new ArrayList<>(terms.size());
    for (String name : terms) {
      byte[] bytes = utf8(name);
      names.add(bytes);
      length += 2 + bytes.length;
    }
    length += 16 * runs.size();
    byte[] bytes = new byte[length];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).put(VERSION).putLong(seedHigh).putLong(seedLow);
    out.putShort((short) datasetBytes.length).put(datasetBytes);
    out.putShort((short) names.size());
    for (byte[] name : names) {
      out.putShort((short) name.length).put(name);
    }
    out.putShort((short) coversBytes.length).put(coversBytes);
    out.putInt(runs.size());
    for (Run run : runs) {
      out.putLong(run.id).putLong(run.entryCount);
    }
    out.putInt(checksum(bytes));
    return bytes;
  }

  /// @throws DamagedIndexException if the bytes are not a manifest of this version, whole
  static IndexManifest fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 40
        || in.getLong() != MAGIC
        || in.get() != VERSION
        || in.getInt(bytes.length - 4) != checksum(bytes)) {
      throw new DamagedIndexException("manifest");
    }
    try {
      return read(in);
    } catch (java.nio.BufferUnderflowException | dev.catchwater.odf.error.CatchwaterException e) {
      throw new DamagedIndexException("manifest: " + e);
    }
  }

  private static IndexManifest read(ByteBuffer in) {
    long seedHigh = in.getLong();
    long seedLow = in.getLong();
    DatasetId dataset = DatasetId.parse(text(in));
    int count = in.getShort();
    if (count < 0 || count > TERMS_MAX) {
      throw new DamagedIndexException("manifest has " + count + " terms");
    }
    List<String> terms = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      terms.add(text(in));
    }
    byte[] covers = bytes(in);
    int runs = in.getInt();
    if (runs < 0 || runs > RUNS_MAX) {
      throw new DamagedIndexException("manifest has " + runs + " runs");
    }
    List<Run> found = new ArrayList<>(runs);
    for (int i = 0; i < runs; i++) {
      found.add(new Run(in.getLong(), in.getLong()));
    }
    return new IndexManifest(
        dataset,
        terms,
        seedHigh,
        seedLow,
        covers.length == 0 ? null : Multihash.fromBytes(covers),
        found);
  }

  private static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > Short.MAX_VALUE) {
      throw new IllegalArgumentException("a name of " + bytes.length + " bytes");
    }
    return bytes;
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getShort();
    if (length < 0 || length > in.remaining()) {
      throw new DamagedIndexException("manifest ends inside a text");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    return (int) crc.getValue();
  }
}
