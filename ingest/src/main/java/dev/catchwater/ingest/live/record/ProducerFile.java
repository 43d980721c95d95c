package dev.catchwater.ingest.live.record;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// The positions of all producers of a dataset in one file, replaced as a whole: version, count,
/// then of each its scoped name, epoch, sequence, fingerprint and report; a CRC32C of all of it at
/// the end.
record ProducerFile(Disk disk, Path file) {
  private static final int VERSION = 1;
  private static final int CRC_BYTES = 4;

  Map<String, PushMemory.Position> load() throws IOException {
    Map<String, PushMemory.Position> found = new HashMap<>();
    byte[] bytes;
    try {
      bytes = disk.readAll(file);
    } catch (NoSuchFileException e) {
      return found;
    }
    try {
      ByteReader in = new ByteReader(bytes);
      if (checksum(bytes) != in.buffer().getInt(bytes.length - CRC_BYTES)
          || in.octet() != VERSION) {
        throw new IllegalArgumentException("checksum or version");
      }
      for (int left = in.count(); left > 0; left--) {
        String name = in.text();
        found.put(
            name,
            new PushMemory.Position(
                in.number(), in.number(), in.raw(PushRecord.HASH_BYTES), in.array()));
      }
      return found;
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  static CatchwaterException damaged(Path file, RuntimeException cause) {
    return CatchwaterException.at(
            ErrorCode.CORRUPT, Place.of(file.toString()), "Stored bytes are not what was written")
        .withHint("restore it from a copy; without it, pushes that are repeated are not recognized")
        .withCause(cause);
  }

  void store(Map<String, PushMemory.Position> producers) throws IOException {
    ByteWriter out = new ByteWriter(1_024);
    out.octet(VERSION).number(producers.size());
    for (Map.Entry<String, PushMemory.Position> producer : producers.entrySet()) {
      PushMemory.Position at = producer.getValue();
      out.text(producer.getKey()).number(at.epoch()).number(at.sequence());
      out.raw(at.fingerprint(), 0, PushRecord.HASH_BYTES).array(at.report());
    }
    byte[] head = out.toBytes();
    out.octet(0).octet(0).octet(0).octet(0);
    byte[] bytes = out.toBytes();
    ByteBuffer.wrap(bytes).putInt(head.length, checksum(bytes));
    replace(disk, file, bytes);
  }

  /// Puts a file of these bytes under a name, durably and in one step.
  static void replace(Disk disk, Path file, byte[] bytes) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " lies in no folder");
    }
    Path next = folder.resolve("next");
    try (DiskFile out = create(disk, folder, next)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
    disk.rename(next, file);
    disk.syncDirectory(folder);
  }

  private static DiskFile create(Disk disk, Path folder, Path next) throws IOException {
    try {
      return disk.create(next);
    } catch (FileAlreadyExistsException e) {
      disk.delete(next); // of a process that died here
      return disk.create(next);
    } catch (NoSuchFileException e) {
      disk.createFolder(folder);
      return disk.create(next);
    }
  }

  static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - CRC_BYTES);
    return (int) crc.getValue();
  }
}
