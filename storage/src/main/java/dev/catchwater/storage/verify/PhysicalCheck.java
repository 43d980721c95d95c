package dev.catchwater.storage.verify;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/// Whether a file has the size and the hash that the chain gives it.
///
/// @param bytes the size the chain gives it
record PhysicalCheck(Disk disk, Path path, Multihash hash, long bytes) implements ObjectCheck {
  private static final int BUFFER_BYTES = 1 << 18;

  @Override
  public Outcome run(Verifier.Progress progress) {
    Place place = Place.of(path.toString());
    try (DiskFile file = disk.openForRead(path)) {
      long size = file.size();
      if (size != bytes) {
        progress.add(bytes);
        return problem(
            CatchwaterException.at(
                ErrorCode.CORRUPT,
                place,
                "Size mismatch: the file has " + size + " bytes, the chain says " + bytes));
      }
      Multihash actual = hash(file, size, progress);
      if (!actual.equals(hash)) {
        return problem(
            CatchwaterException.at(
                    ErrorCode.CORRUPT, place, "Physical hash mismatch: the file has " + actual)
                .withHint("fetch it with pull --force"));
      }
      return Outcome.of(List.of());
    } catch (NoSuchFileException e) {
      progress.add(bytes);
      return problem(
          CatchwaterException.at(ErrorCode.OBJECT_NOT_FOUND, place, "Missing slice " + hash)
              .withHint("fetch it with pull --force")
              .withCause(e));
    } catch (IOException e) {
      return problem(
          CatchwaterException.at(
                  ErrorCode.STORAGE_FAILED, place, "Cannot be read: " + e.getMessage())
              .withCause(e));
    }
  }

  private static Outcome problem(CatchwaterException problem) {
    return Outcome.of(List.of(problem));
  }

  private static Multihash hash(DiskFile file, long size, Verifier.Progress progress)
      throws IOException {
    MessageDigest digest = Multihash.newSha3();
    byte[] buffer = new byte[Math.clamp(size, 1, BUFFER_BYTES)];
    for (long at = 0; at < size; ) {
      int count = (int) Math.min(buffer.length, size - at);
      file.readFully(buffer, 0, count, at);
      digest.update(buffer, 0, count);
      at += count;
      progress.add(count);
    }
    return Multihash.of(Multihash.SHA3_256, digest.digest());
  }
}
