package dev.catchwater.cli.resident;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process sees of the machine: two processes with the same world mean the same files by the
/// same names, and make new ones with the same rights.
///
/// @param namespace the mount namespace, empty where there is none (macOS)
/// @param rootFolder device and number of `/`
/// @param mask the mask of new files, octal; empty where it cannot be known
record ProcessWorld(String namespace, String rootFolder, String mask) {

  /// That of this process.
  static ProcessWorld ofThisProcess() throws IOException {
    Path proc = Path.of("/proc/self");
    String namespace = "";
    String mask = "";
    if (Files.exists(proc)) {
      namespace = Files.readSymbolicLink(proc.resolve("ns/mnt")).toString();
      String status = Files.readString(proc.resolve("status"), StandardCharsets.ISO_8859_1);
      for (String line : status.split("\n", -1)) {
        if (line.startsWith("Umask:")) {
          mask = line.substring(6).strip();
        }
      }
    }
    Path root = Path.of("/");
    String number =
        Files.getAttribute(root, "unix:dev") + ":" + Files.getAttribute(root, "unix:ino");
    return new ProcessWorld(namespace, number, mask);
  }

  /// Whether a request comes from the same world.
  boolean isThatOf(CommandRequest request) {
    return namespace.equals(request.namespace())
        && rootFolder.equals(request.rootFolder())
        && (mask.isEmpty() || mask.equals(request.mask()));
  }
}
