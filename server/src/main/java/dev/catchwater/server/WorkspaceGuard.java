package dev.catchwater.server;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/// A server does not serve what others may change behind its back (reliability TH52).
final class WorkspaceGuard {
  private static final Path OWN = Path.of("/proc/self");

  private WorkspaceGuard() {}

  /// Refuses a workspace that others may write to, or that is another user's.
  ///
  /// @param root the `.catchwater` folder
  /// @throws CatchwaterException `BAD_ARGUMENT` with the command that mends it
  static void check(Path root) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(root);
      if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw CatchwaterException.of(
                ErrorCode.BAD_ARGUMENT, "Anyone on this machine may write to " + root)
            .withHint("chmod 700 " + root);
      }
      if (!Files.exists(OWN)) {
        return;
      }
      UserPrincipal owner = Files.getOwner(root);
      if (!owner.equals(Files.getOwner(OWN))) {
        throw CatchwaterException.of(
                ErrorCode.BAD_ARGUMENT, root + " belongs to " + owner.getName() + ", another user")
            .withHint("run the server as that user, or: chown -R $(id -un) " + root);
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, root + " cannot be looked at: " + e.getMessage())
          .withCause(e);
    }
  }
}
