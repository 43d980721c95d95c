package dev.catchwater.ingest.live.receipt;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.receipt.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The key that the receipts of a workspace are signed with: `keys/receipts`, made when it is first
/// needed and parsed once. Thread-safe; several processes may need it first.
public final class ReceiptKeys {
  private static final String FILE = "receipts";
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private final Disk disk;
  private final Path folder;
  private final RandomGenerator random;
  private volatile @Nullable SigningKey key;

  /// The key of a workspace; nothing is read yet.
  ///
  /// @param folder where its secrets lie
  /// @param random must not be predictable
  public ReceiptKeys(Disk disk, Path folder, RandomGenerator random) {
    this.disk = disk;
    this.folder = folder;
    this.random = random;
  }

  /// The key, made where there is none.
  ///
  /// @throws CatchwaterException `CORRUPT` for a file that is no key, or what the disk refused
  public SigningKey signing() {
    SigningKey known = key;
    if (known == null) {
      synchronized (this) {
        known = key;
        if (known == null) {
          known = load();
          key = known;
        }
      }
    }
    return known;
  }

  /// The public half; null where no key was needed yet.
  public @Nullable VerifierKey existing() {
    try {
      SigningKey known = key;
      if (known != null) {
        return known.verifier();
      }
      return disk.exists(file()) ? signing().verifier() : null;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// The public halves of all keys that signed here.
  public Set<VerifierKey> verifiers() {
    return Set.of(signing().verifier());
  }

  private Path file() {
    return folder.resolve(FILE);
  }

  private SigningKey load() {
    try {
      if (!disk.exists(file())) {
        make();
      }
      return SigningKey.parse(new String(disk.readAll(file()), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(e);
    } catch (ReceiptException e) {
      throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(file().toString()),
              "The key of receipts: " + e.getMessage())
          .withHint("put it back from a copy; without it a new key is made, which is another one")
          .withCause(e);
    }
  }

  private void make() throws IOException {
    if (!disk.exists(folder)) {
      disk.createPrivateDirectory(folder);
      Path parent = folder.getParent();
      if (parent != null) {
        disk.syncDirectory(parent);
      }
    }
    Optional<DiskLock> lock = disk.lock(folder.resolve("lock"), LOCK_WAIT, _ -> {});
    if (lock.isEmpty()) {
      throw new IOException("another process makes the key and does not end");
    }
    try (DiskLock _ = lock.get()) {
      if (disk.exists(file())) {
        return; // made by another process meanwhile
      }
      Path next = folder.resolve(FILE + ".next");
      disk.delete(next); // of a process that died here
      String text = SigningKey.create(random).secretText() + "\n";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try (DiskFile out = disk.createPrivate(next)) {
        out.write(bytes, 0, bytes.length, 0);
        out.force();
      }
      disk.rename(next, file());
      disk.syncDirectory(folder);
    }
  }

  private CatchwaterException failure(IOException e) {
    return CatchwaterException.at(
            ErrorCode.STORAGE_FAILED,
            Place.of(file().toString()),
            "The key of receipts cannot be read or made: " + e.getMessage())
        .withCause(e);
  }
}
