package dev.catchwater.ingest;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Does to an index what users, disks and backups do.
final class IndexSabotage {
  private final Disk disk;
  private final RandomGenerator random;
  private Map<String, byte[]> backup = new TreeMap<>();

  IndexSabotage(Disk disk, RandomGenerator random) {
    this.disk = disk;
    this.random = random;
  }

  void maybe(Path indexFolder) {
    try {
      for (String name : disk.list(indexFolder)) {
        if (name.startsWith("keys-") || name.startsWith("states-")) {
          damage(indexFolder.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void damage(Path folder) throws IOException {
    List<String> files = disk.list(folder);
    if (files.isEmpty() || random.nextInt(4) != 0) {
      return;
    }
    Path one = folder.resolve(files.get(random.nextInt(files.size())));
    byte[] bytes = disk.readAll(one);
    switch (random.nextInt(7)) {
      case 0 -> write(folder, Map.of());
      case 1 -> disk.delete(one);
      case 2 -> replace(one, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      case 3 -> {
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        replace(one, bytes);
      }
      case 4 -> {
        backup = new TreeMap<>();
        for (String name : files) {
          backup.put(name, disk.readAll(folder.resolve(name)));
        }
      }
      case 5 -> write(folder, backup);
      case 6 -> replace(one, disk.readAll(folder.resolve(files.get(random.nextInt(files.size())))));
      default -> throw new IllegalStateException("seven kinds of damage");
    }
  }

  private void write(Path folder, Map<String, byte[]> files) throws IOException {
    for (String name : disk.list(folder)) {
      disk.delete(folder.resolve(name));
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      replace(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private void replace(Path path, byte[] bytes) throws IOException {
    disk.delete(path);
    try (DiskFile file = disk.create(path)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }
}
