package dev.catchwater.storage.key;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.receipt.VerifierKey;
import dev.catchwater.storage.DiskFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The keys that receipts, answers and the side log of a workspace are signed with: the file
/// `keys/receipts`, made when it is first needed. Its first line is the key in use; the lines
/// behind it are those it replaced, newest first, each with ` until <time>` or ` revoked <time>`.
/// They are kept so that a receipt that is asked for again is the one it was. Thread-safe; several
/// processes may need, or replace, the key at once.
public final class ReceiptKeys {
  private static final String FILE = "receipts";
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  /// How long a replaced key is good for: a server that runs may use it until it looks at the file
  /// again.
  static final Duration GRACE = Duration.ofSeconds(10);

  private final Disk disk;
  private final Path folder;
  private final RandomGenerator random;
  private volatile @Nullable Ring ring;

  /// A key and its end, null for the one in use.
  private record Held(SigningKey key, @Nullable Instant until, boolean isRevoked) {
    KnownKey known() {
      return new KnownKey(key.verifier(), until, isRevoked);
    }

    String line() {
      return until == null
          ? key.secretText() + "\n"
          : key.secretText() + (isRevoked ? " revoked " : " until ") + until + "\n";
    }
  }

  /// The file as it was read.
  private record Ring(String text, List<Held> keys) {}

  /// A key was replaced.
  ///
  /// @param former the key before
  /// @param key the key from now on
  /// @param until when the former one ends
  public record Rotation(SigningKey former, SigningKey key, Instant until, boolean isRevoked) {}

  /// The keys of a workspace; nothing is read yet.
  ///
  /// @param folder where its secrets lie
  /// @param random must not be predictable
  public ReceiptKeys(Disk disk, Path folder, RandomGenerator random) {
    this.disk = disk;
    this.folder = folder;
    this.random = random;
  }

  /// The key in use, made where there is none.
  ///
  /// @throws CatchwaterException `CORRUPT` for a file that is no key, or what the disk refused
  public SigningKey signing() {
    return ring().keys.getFirst().key;
  }

  /// The key with that id, in use or replaced; the one in use where there is no such key any more.
  public SigningKey signing(String keyId) {
    for (Held held : ring().keys) {
      if (held.key.verifier().idText().equals(keyId)) {
        return held.key;
      }
    }
    return signing();
  }

  /// Whether a key was ever replaced.
  public boolean wereReplaced() {
    return ring().keys.size() > 1;
  }

  /// The public halves, the one in use first; none where no key was needed yet.
  public List<KnownKey> known() {
    try {
      if (ring == null && !disk.exists(file())) {
        return List.of();
      }
    } catch (IOException e) {
      throw failure(e);
    }
    List<KnownKey> known = new ArrayList<>();
    for (Held held : ring().keys) {
      known.add(held.known());
    }
    return known;
  }

  /// The public halves of the keys that may have signed what has no time in it: all but those that
  /// were revoked.
  public Set<VerifierKey> verifiers() {
    Set<VerifierKey> keys = new LinkedHashSet<>();
    for (KnownKey known : known()) {
      if (!known.isRevoked()) {
        keys.add(known.key());
      }
    }
    return keys;
  }

  /// The key of a workspace for whoever has no chance to make one; null where there is none yet.
  ///
  /// @throws CatchwaterException `CORRUPT` for a file that is no key
  public static @Nullable SigningKey existing(Disk disk, Path folder) {
    ReceiptKeys keys =
        new ReceiptKeys(
            disk,
            folder,
            () -> {
              throw new IllegalStateException("no key is made here");
            });
    return keys.known().isEmpty() ? null : keys.signing();
  }

  /// Looks whether another process replaced the key.
  public void refresh() {
    Ring known = ring;
    if (known == null) {
      return;
    }
    try {
      String now = new String(disk.readAll(file()), StandardCharsets.UTF_8);
      if (!now.equals(known.text)) {
        ring = parse(now);
      }
    } catch (IOException e) {
      // What was read before goes on being good.
    }
  }

  /// Puts a new key in the place of the one in use.
  ///
  /// @param now the time
  /// @param revokedSince since when others may have had the former one, null for a plain change
  public synchronized Rotation rotate(Instant now, @Nullable Instant revokedSince) {
    signing();
    try (DiskLock _ = lock()) {
      Ring before = parse(new String(disk.readAll(file()), StandardCharsets.UTF_8));
      Held former = before.keys.getFirst();
      SigningKey key = SigningKey.create(random);
      Instant until = revokedSince == null ? now.plus(GRACE) : revokedSince;
      StringBuilder text = new StringBuilder(key.secretText()).append('\n');
      text.append(new Held(former.key, until, revokedSince != null).line());
      for (Held older : before.keys.subList(1, before.keys.size())) {
        text.append(older.line());
      }
      write(text.toString());
      ring = parse(text.toString());
      return new Rotation(former.key, key, until, revokedSince != null);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Path file() {
    return folder.resolve(FILE);
  }

  private Ring ring() {
    Ring known = ring;
    if (known == null) {
      synchronized (this) {
        known = ring;
        if (known == null) {
          known = load();
          ring = known;
        }
      }
    }
    return known;
  }

  private Ring load() {
    try {
      if (!disk.exists(file())) {
        make();
      }
      return parse(new String(disk.readAll(file()), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Ring parse(String text) {
    try {
      List<Held> keys = new ArrayList<>();
      for (String line : text.split("\n", -1)) {
        if (!line.isBlank()) {
          keys.add(held(line.strip()));
        }
      }
      if (keys.isEmpty() || keys.getFirst().until != null) {
        throw new ReceiptException("It is no signing key");
      }
      return new Ring(text, List.copyOf(keys));
    } catch (ReceiptException | DateTimeException e) {
      throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(file().toString()),
              "The key of receipts: " + e.getMessage())
          .withHint("put it back from a copy; without it a new key is made, which is another one")
          .withCause(e);
    }
  }

  private static Held held(String line) throws ReceiptException {
    String[] words = line.split(" ", -1);
    if (words.length != 3) {
      return new Held(SigningKey.parse(line), null, false);
    }
    boolean isRevoked = words[1].equals("revoked");
    if (!isRevoked && !words[1].equals("until")) {
      throw new ReceiptException("A key ends until or revoked");
    }
    return new Held(SigningKey.parse(words[0]), Instant.parse(words[2]), isRevoked);
  }

  private void make() throws IOException {
    if (!disk.exists(folder)) {
      disk.createPrivateDirectory(folder);
      Path parent = folder.getParent();
      if (parent != null) {
        disk.syncDirectory(parent);
      }
    }
    try (DiskLock _ = lock()) {
      if (!disk.exists(file())) { // or it was made by another process meanwhile
        write(SigningKey.create(random).secretText() + "\n");
      }
    }
  }

  private DiskLock lock() throws IOException {
    Optional<DiskLock> lock = disk.lock(folder.resolve("lock"), LOCK_WAIT, _ -> {});
    if (lock.isEmpty()) {
      throw new IOException("another process makes the key and does not end");
    }
    return lock.get();
  }

  private void write(String text) throws IOException {
    Path next = folder.resolve(FILE + ".next");
    disk.delete(next); // of a process that died here
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = disk.createPrivate(next)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
    disk.rename(next, file());
    disk.syncDirectory(folder);
  }

  private CatchwaterException failure(IOException e) {
    return DiskFailure.of(file(), "The key of receipts cannot be read or made", e);
  }
}
