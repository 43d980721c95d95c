package dev.catchwater.ingest.read;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// An input that is read in any order: the file itself, or where it is packed or no file, a copy in
/// the system's folder for temporary files.
final class WholeInput {
  private static final int BUFFER = 1 << 18;
  private static final int MAGIC = 4;

  /// What may be unpacked before the ratio is looked at, and what ratio is one of a bomb.
  private static final long BOMB_BYTES_MIN = 64 << 20;

  private static final long BOMB_RATIO = 200;

  private WholeInput() {}

  /// The caller closes.
  ///
  /// @throws CatchwaterException OBJECT_NOT_FOUND, STORAGE_FAILED, BAD_ENCODING, LIMIT_EXCEEDED
  static DiskFile open(PushInput input) {
    DiskFile file = input.openFile();
    try {
      if (file == null) {
        return spooled(input);
      }
      if (!isPacked(file)) {
        return file;
      }
      file.close();
      return spooled(input);
    } catch (IOException e) {
      throw Unpacking.failure(input, e);
    }
  }

  private static boolean isPacked(DiskFile file) throws IOException {
    int length = (int) Math.min(MAGIC, file.size());
    byte[] magic = new byte[length];
    file.readFully(magic, 0, length, 0);
    return Unpacking.isGzip(magic) || Unpacking.isZstd(magic);
  }

  private static DiskFile spooled(PushInput input) throws IOException {
    SourceBytes source = new SourceBytes(input, input.open());
    DiskFile file = null;
    boolean isWhole = false;
    try (InputStream in = Unpacking.unpack(source)) {
      file = create();
      byte[] buffer = new byte[BUFFER];
      long size = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        file.write(buffer, 0, count, size);
        size += count;
        refuseBomb(input, size, source.bytesRead());
      }
      isWhole = true;
      return file;
    } finally {
      if (!isWhole && file != null) {
        file.close();
      }
    }
  }

  /// A file of this process alone, without a name: whatever happens, nothing is left of it.
  private static DiskFile create() throws IOException {
    Path folder = Files.createTempDirectory("catchwater-");
    Path path = folder.resolve("input");
    try {
      DiskFile file = new LocalDisk().create(path);
      Files.delete(path);
      return file;
    } finally {
      Files.delete(folder);
    }
  }

  private static void refuseBomb(PushInput input, long size, long packed) {
    if (size > BOMB_BYTES_MIN && size / BOMB_RATIO > packed) {
      CatchwaterException failure =
          CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED,
              "The input unpacks to more than "
                  + BOMB_RATIO
                  + " times its size (limit: compression ratio)");
      String name = input.name();
      throw name == null ? failure : failure.withPlace(Place.of(name));
    }
  }
}
