package dev.catchwater.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;

/// What a disk says that has no room: no space or no more files, a quota, or the largest size that
/// the process may give a file. Nothing else went wrong then, and it may go well later.
public final class NoRoom {
  private NoRoom() {}

  /// Whether that is why an operation failed.
  public static boolean isReasonOf(IOException failure) {
    String reason =
        failure instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : String.valueOf(failure.getMessage());
    return reason.contains("No space left")
        || reason.contains("uota exceeded")
        || reason.contains("File too large");
  }
}
