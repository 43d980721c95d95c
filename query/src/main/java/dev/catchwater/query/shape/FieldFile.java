package dev.catchwater.query.shape;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The fields that were found in the slices of a dataset, in a file beside it. A cache: whatever is
/// wrong with it, the slices are looked at again.
///
/// ```text
///   +------+--------+------+----------+------------------------+
///   | CWPF | crc32c | size | the head | PayloadFields.toBytes() |
///   +------+--------+------+----------+------------------------+
/// ```
record FieldFile(Dataset dataset) {
  private static final int MAGIC = 0x43575046;
  private static final int HEADER_BYTES = 8;

  /// @param head up to which the slices were looked at
  record Kept(Multihash head, PayloadFields fields) {}

  private Path file() {
    return dataset.indexFolder().resolve("fields");
  }

  /// What was stored last, null where there is nothing that can be read.
  @Nullable Kept load() {
    try {
      byte[] bytes = dataset.disk().readAll(file());
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (bytes.length < HEADER_BYTES + 4 || in.getInt() != MAGIC || in.getInt() != crc(bytes)) {
        return null;
      }
      byte[] head = new byte[in.getInt()];
      in.get(head);
      byte[] fields = new byte[in.remaining()];
      in.get(fields);
      return new Kept(
          Multihash.parse(new String(head, StandardCharsets.US_ASCII)),
          PayloadFields.fromBytes(fields));
    } catch (IOException | CatchwaterException e) {
      return null;
    }
  }

  /// Stores; a failure costs the next process a look at all slices.
  void store(Kept kept) {
    byte[] head = kept.head().toString().getBytes(StandardCharsets.US_ASCII);
    byte[] fields = kept.fields().toBytes();
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + 4 + head.length + fields.length);
    out.putInt(MAGIC).putInt(0).putInt(head.length).put(head).put(fields);
    byte[] bytes = out.array();
    out.putInt(4, crc(bytes));
    Disk disk = dataset.disk();
    Path temporary = file().resolveSibling("fields-" + ProcessHandle.current().pid() + ".new");
    try {
      disk.delete(temporary);
      try (DiskFile file = disk.create(temporary)) {
        file.write(bytes, 0, bytes.length, 0);
      }
      disk.rename(temporary, file());
    } catch (IOException e) {
      // see above
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
