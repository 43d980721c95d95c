package dev.catchwater.server.body;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.identity.Multihash;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A body that came in whole: in memory, or in a file that goes with it. Read by any thread, closed
/// by its owner.
public final class ReceivedBody implements Closeable {
  private final Multihash hash;
  private final long packedSize;
  private final byte[] memory;
  private final @Nullable Path file;
  private final long size;
  private final @Nullable String name;

  ReceivedBody(
      Multihash hash,
      long packedSize,
      byte[] memory,
      @Nullable Path file,
      long size,
      @Nullable String name) {
    this.hash = hash;
    this.packedSize = packedSize;
    this.memory = memory;
    this.file = file;
    this.size = size;
    this.name = name;
  }

  /// A file that is there already and stays.
  ///
  /// @param name what messages call it
  public static ReceivedBody ofFile(Path file, String name) throws IOException {
    MessageDigest digest = Multihash.newSha3();
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[64 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        size += count;
      }
    }
    Multihash hash = Multihash.of(Multihash.SHA3_256, digest.digest());
    return new ReceivedBody(hash, size, new byte[0], file, size, name);
  }

  /// What messages call it, null for nothing.
  public @Nullable String name() {
    return name;
  }

  /// The SHA3-256 of the bytes as they came, packed or not.
  public Multihash hash() {
    return hash;
  }

  /// How many bytes came.
  public long packedSize() {
    return packedSize;
  }

  /// How many there are unpacked.
  public long size() {
    return size;
  }

  /// The bytes, unpacked.
  public InputStream open() throws IOException {
    return file == null ? new ByteArrayInputStream(memory) : Files.newInputStream(file);
  }

  /// The bytes as the input of a push.
  public PushInput input() {
    Path spooled = file;
    if (spooled == null) {
      return PushInput.bytes(name, memory);
    }
    return new PushInput(name, size, true, new Spooled(spooled));
  }

  private record Spooled(Path file) implements PushInput.Opener {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public DiskFile openFile() throws IOException {
      return new LocalDisk().openForRead(file);
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null && name == null) {
      Files.deleteIfExists(file);
    }
  }
}
