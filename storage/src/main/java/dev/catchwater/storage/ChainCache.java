package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The state of a chain beside its dataset, so that opening one costs the same for 10 blocks and
/// for 5,000. It is only a cache: never synced, written after the head moved, and used only if its
/// checksum holds and it names the head that is there now.
///
/// ```
///   0      4      8            12
///   +------+------+------------+---------------------------+
///   | CWCS | 1    | crc32c     | ChainState.toBytes()      |
///   +------+------+------------+---------------------------+
/// ```
///
/// @param folder where the cache lies; made when first needed
record ChainCache(Disk disk, Path folder) {
  private static final int MAGIC = 0x43574353;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 12;

  Path file() {
    return folder.resolve("chain");
  }

  /// The state that was stored last, or null if there is none that can be read.
  @Nullable ChainState load() {
    try {
      byte[] bytes = disk.readAll(file());
      if (bytes.length < HEADER_BYTES) {
        return null;
      }
      ByteBuffer header = ByteBuffer.wrap(bytes);
      if (header.getInt() != MAGIC
          || header.getInt() != VERSION
          || header.getInt() != checksum(bytes)) {
        return null;
      }
      byte[] payload = new byte[bytes.length - HEADER_BYTES];
      header.get(payload);
      return ChainState.fromBytes(payload);
    } catch (IOException | CatchwaterException e) {
      return null; // whatever is wrong with it: the chain itself is the truth
    }
  }

  /// Stores the state for the next reader. A failure is swallowed: the commit it follows is done,
  /// and the next reader walks the chain. Only for whoever holds the dataset's lock.
  void store(ChainState state) {
    try {
      byte[] payload = state.toBytes();
      byte[] bytes = new byte[HEADER_BYTES + payload.length];
      System.arraycopy(payload, 0, bytes, HEADER_BYTES, payload.length);
      ByteBuffer.wrap(bytes).putInt(MAGIC).putInt(VERSION).putInt(checksum(bytes));
      Path temporary = folder.resolve("chain.new");
      try (DiskFile out = create(temporary)) {
        out.write(bytes, 0, bytes.length, 0);
      }
      disk.rename(temporary, file());
    } catch (IOException e) {
      // see above
    }
  }

  private DiskFile create(Path temporary) throws IOException {
    try {
      return disk.create(temporary);
    } catch (FileAlreadyExistsException e) {
      disk.delete(temporary); // of a process that died here
      return disk.create(temporary);
    } catch (IOException e) {
      disk.createDirectories(folder);
      return disk.create(temporary);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
