package dev.catchwater.storage.transfer;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.DiskFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;

/// Whether a file is the object of a size and a SHA3-256.
final class ObjectHash {
  private static final int BUFFER_BYTES = 1 << 16;

  private ObjectHash() {}

  /// False also if there is no such file.
  static boolean matches(Disk disk, Path path, Multihash hash, long size) {
    try (DiskFile file = disk.openForRead(path)) {
      if (file.size() != size) {
        return false;
      }
      MessageDigest digest = Multihash.newSha3();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (long at = 0; at < size; ) {
        int count = (int) Math.min(buffer.length, size - at);
        file.readFully(buffer, 0, count, at);
        digest.update(buffer, 0, count);
        at += count;
      }
      return Multihash.of(Multihash.SHA3_256, digest.digest()).equals(hash);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }
}
