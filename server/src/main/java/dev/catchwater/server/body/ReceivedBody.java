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

/// A body that came in whole: in memory, in a file that goes with it, or kept elsewhere. Read by
/// any thread, closed by its owner.
public final class ReceivedBody implements Closeable {
  private final Multihash hash;
  private final long packedSize;
  private final byte[] memory;
  private final PushInput.@Nullable Opener opener;
  private final @Nullable Path file;
  private final long size;
  private final @Nullable String name;
  private Runnable whenClosed = () -> {};

  ReceivedBody(Multihash hash, long packedSize, byte[] memory, @Nullable Path file, long size) {
    this(hash, packedSize, memory, file == null ? null : new Spooled(file), file, size, null);
  }

  private ReceivedBody(
      Multihash hash,
      long packedSize,
      byte[] memory,
      PushInput.@Nullable Opener opener,
      @Nullable Path file,
      long size,
      @Nullable String name) {
    this.hash = hash;
    this.packedSize = packedSize;
    this.memory = memory;
    this.opener = opener;
    this.file = file;
    this.size = size;
    this.name = name;
  }

  /// Bytes that are kept elsewhere and stay there.
  ///
  /// @param name what messages call them
  public static ReceivedBody kept(PushInput.Opener opener, String name) throws IOException {
    MessageDigest digest = Multihash.newSha3();
    long size = 0;
    try (InputStream in = opener.open()) {
      byte[] buffer = new byte[64 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        size += count;
      }
    }
    Multihash hash = Multihash.of(Multihash.SHA3_256, digest.digest());
    return new ReceivedBody(hash, size, new byte[0], opener, null, size, name);
  }

  /// Has something done when the body is closed. Before anybody else has it.
  void whenClosed(Runnable work) {
    whenClosed = work;
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
    return opener == null ? new ByteArrayInputStream(memory) : opener.open();
  }

  /// The bytes as the input of a push.
  public PushInput input() {
    return opener == null ? PushInput.bytes(name, memory) : new PushInput(name, size, true, opener);
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
    whenClosed.run();
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
