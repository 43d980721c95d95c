package dev.catchwater.journal;

import dev.catchwater.disk.NoRoom;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// What can be wrong with a journal, as the errors a person reads.
final class JournalFailure {
  private JournalFailure() {}

  /// Whether the disk had no room; anything else is a failure of the disk.
  static boolean isFull(IOException cause) {
    return NoRoom.isReasonOf(cause);
  }

  /// The disk did not do what it was asked to.
  static CatchwaterException of(Path path, IOException cause) {
    if (isFull(cause)) {
      return full(path).withCause(cause);
    }
    return CatchwaterException.at(
            ErrorCode.STORAGE_FAILED, Place.of(path.toString()), reason(cause))
        .withCause(cause);
  }

  /// The disk has no room for more records.
  static CatchwaterException full(Path folder) {
    return CatchwaterException.at(
            ErrorCode.DISK_FULL,
            Place.of(folder.toString()),
            "The disk has no room for more records")
        .withHint("nothing was taken; free some space and push again");
  }

  /// A write or force failed: nothing that was not durable before is known to be.
  static CatchwaterException stopped(Path folder, Throwable cause) {
    String reason = cause instanceof IOException io ? reason(io) : cause.toString();
    return CatchwaterException.at(
            ErrorCode.STORAGE_FAILED,
            Place.of(folder.toString()),
            "The journal stopped, the disk refused to keep records: " + reason)
        .withHint("what was acknowledged is safe; check the disk, then open the dataset anew")
        .withCause(cause);
  }

  /// Stored bytes are not what was written.
  static CatchwaterException corrupt(Path file, String message) {
    return CatchwaterException.at(ErrorCode.CORRUPT, Place.of(file.toString()), message)
        .withHint("restore this file from a copy; nothing was changed");
  }

  /// A segment of a version of catchwater that is yet to come.
  static CatchwaterException newer(Path file, int version) {
    return CatchwaterException.at(
            ErrorCode.UNSUPPORTED,
            Place.of(file.toString()),
            "The segment is of version "
                + version
                + ", this catchwater reads up to "
                + SegmentFormat.VERSION)
        .withHint("use the newer catchwater; nothing was changed");
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
