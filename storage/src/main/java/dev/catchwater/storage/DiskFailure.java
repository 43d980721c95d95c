package dev.catchwater.storage;

import dev.catchwater.disk.NoRoom;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What the disk did to us, as the error a person reads.
public final class DiskFailure {
  private DiskFailure() {}

  /// The failure of an operation on `path`: `DISK_FULL`, `OBJECT_NOT_FOUND` or `STORAGE_FAILED`.
  public static CatchwaterException of(Path path, IOException cause) {
    return of(path, "", cause);
  }

  /// As above, for somebody who would not know what the file is for.
  ///
  /// @param what what could not be done, a sentence without its full stop
  public static CatchwaterException of(Path path, String what, IOException cause) {
    String reason = what.isEmpty() ? reason(cause) : what + ": " + reason(cause);
    ErrorCode code = ErrorCode.STORAGE_FAILED;
    if (cause instanceof NoSuchFileException) {
      code = ErrorCode.OBJECT_NOT_FOUND;
    } else if (NoRoom.isReasonOf(cause)) {
      code = ErrorCode.DISK_FULL;
    }
    return CatchwaterException.at(code, Place.of(path.toString()), reason).withCause(cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "No such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (cause instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
