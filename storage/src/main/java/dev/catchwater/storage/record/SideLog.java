package dev.catchwater.storage.record;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.key.ReceiptKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The signed side log of a dataset (design §7.28): what happened to its history and has no event
/// in the format. The file `sidelog` in the dataset's folder of `state/`, one entry a line, each
/// canonical JSON with the hash of the line before; who has the hash of the last line has all of
/// them. Each block with rows that is made later has that hash in its `extra`, under [#KEY].
///
/// An entry is signed with the workspace's key; where there never was one, no receipt was given
/// either, and it is not signed. An entry says what was about to happen: of a process that died in
/// that moment it may not have. Stateless; writers take turns by a lock of their own.
public final class SideLog {
  /// The name in a block's `extra`.
  public static final String KEY = "catchwater.dev/sidelog";

  /// The history was taken back to an earlier block, or to another one: `former`, `head`.
  public static final String RESET = "reset";

  /// The history was written anew with the same rows: `former`, `head`.
  public static final String COMPACT = "compact";

  /// Another history came in the place of this one: `former`, `head`.
  public static final String REPLACE = "replace";

  /// The operator took a history that is not the newest one known: `former`, `head`.
  public static final String ACCEPT_ROLLBACK = "accept-rollback";

  /// Another key signs from now on: `formerKey`, `key`, `until`, `isRevoked`.
  public static final String ROTATE_KEY = "rotate-key";

  static final String FILE = "sidelog";
  private static final String MARKED = "sidelog.marked";
  private static final String SIGNATURE = "signature";
  private static final String FORMER_SIGNATURE = "formerSignature";
  private static final Tree NULL = new Tree.Literal("null");
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private SideLog() {}

  /// A line of the log.
  ///
  /// @param number from 1
  /// @param hash of the line
  public record Entry(long number, String kind, Tree.Fields fields, Multihash hash) {
    /// A member that is a text, or null.
    public @Nullable String text(String name) {
      return fields.fields().get(name) instanceof Tree.Text text ? text.value() : null;
    }
  }

  /// The end of the log at some time.
  ///
  /// @param size entries
  /// @param hash of the last of them
  public record Mark(long size, Multihash hash) {}

  /// Notes that another chain becomes the history. Durable when it returns.
  ///
  /// @param former the head before, null where it cannot be read
  /// @param at null where nobody knows the time
  public static void addRewrite(
      Dataset dataset,
      String kind,
      @Nullable Multihash former,
      Multihash head,
      @Nullable Instant at)
      throws IOException {
    Tree.Fields facts =
        new Tree.Fields()
            .put("former", former == null ? NULL : new Tree.Text(former.toString()))
            .putText("head", head);
    SigningKey key = ReceiptKeys.existing(dataset.disk(), dataset.keysFolder());
    add(dataset, kind, facts, at, key, null);
  }

  /// Notes that another key signs. Durable when it returns.
  public static void addRotation(Dataset dataset, ReceiptKeys.Rotation rotation, Instant at)
      throws IOException {
    Tree.Fields facts =
        new Tree.Fields()
            .putText("formerKey", rotation.former().verifier())
            .putText("key", rotation.key().verifier())
            .putText("until", rotation.until())
            .put("isRevoked", rotation.isRevoked());
    add(dataset, ROTATE_KEY, facts, at, rotation.key(), rotation.former());
  }

  private static void add(
      Dataset dataset,
      String kind,
      Tree.Fields facts,
      @Nullable Instant at,
      @Nullable SigningKey key,
      @Nullable SigningKey former)
      throws IOException {
    Disk disk = dataset.disk();
    Path folder = dataset.stateFolder();
    disk.createFolder(folder);
    Optional<DiskLock> lock = disk.lock(folder.resolve(FILE + ".lock"), LOCK_WAIT, _ -> {});
    if (lock.isEmpty()) {
      throw new IOException("another process writes the side log and does not end");
    }
    try (DiskLock _ = lock.get()) {
      List<Entry> before = read(dataset);
      facts.put("at", at == null ? NULL : new Tree.Text(at.toString()));
      facts.putText("dataset", dataset.id()).put("kind", kind);
      facts.put("number", before.size() + 1L);
      facts.put(
          "previous", before.isEmpty() ? NULL : new Tree.Text(before.getLast().hash().toString()));
      facts.put("keyId", key == null ? NULL : new Tree.Text(key.verifier().idText()));
      byte[] signed = CanonicalJson.of(facts).getBytes(StandardCharsets.UTF_8);
      facts.put(SIGNATURE, key == null ? NULL : signature(key, signed));
      if (former != null) {
        facts.put(FORMER_SIGNATURE, signature(former, signed));
      }
      write(dataset, lines(dataset) + CanonicalJson.of(facts) + "\n");
    }
  }

  private static Tree signature(SigningKey key, byte[] signed) {
    return new Tree.Text(Base64.getEncoder().encodeToString(key.sign(signed)));
  }

  private static void write(Dataset dataset, String text) throws IOException {
    Disk disk = dataset.disk();
    Path folder = dataset.stateFolder();
    Path next = folder.resolve(FILE + ".next");
    disk.delete(next); // of a process that died here
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = disk.create(next)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
    disk.rename(next, file(dataset));
    disk.syncDirectory(folder);
    Path above = folder.getParent();
    if (above != null) {
      disk.syncDirectory(above); // the folder may be new
    }
  }

  private static Path file(Dataset dataset) {
    return dataset.stateFolder().resolve(FILE);
  }

  private static String lines(Dataset dataset) throws IOException {
    try {
      return new String(dataset.disk().readAll(file(dataset)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /// All entries. That they hang together is checked, signatures are not.
  ///
  /// @throws CatchwaterException `CORRUPT` naming the line
  public static List<Entry> read(Dataset dataset) throws IOException {
    List<Entry> entries = new ArrayList<>();
    String previous = null;
    int number = 0;
    for (String line : lines(dataset).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      number++;
      if (!line.equals(CanonicalJson.of(line))
          || !(JsonTree.read(line) instanceof Tree.Fields fields)
          || !(fields.fields().get("kind") instanceof Tree.Text kind)
          || !new Tree.Literal(Long.toString(number)).equals(fields.fields().get("number"))
          || !(previous == null ? NULL : new Tree.Text(previous))
              .equals(fields.fields().get("previous"))
          || !new Tree.Text(dataset.id().toString()).equals(fields.fields().get("dataset"))) {
        throw corrupt(dataset, number, "The side log was changed: this entry is no continuation");
      }
      Multihash hash = CanonicalJson.hash(line);
      entries.add(new Entry(number, kind.value(), fields, hash));
      previous = hash.toString();
    }
    return entries;
  }

  /// Where the log ends now; null before its first entry.
  public static @Nullable Mark end(Dataset dataset) throws IOException {
    if (!dataset.disk().exists(file(dataset))) {
      return null;
    }
    List<Entry> entries = read(dataset);
    return entries.isEmpty() ? null : new Mark(entries.size(), entries.getLast().hash());
  }

  /// Where the log ends, if no block of the chain has that yet as far as is known; else null. That
  /// two blocks have the same end does no harm.
  static @Nullable Mark unmarked(Dataset dataset) throws IOException {
    Mark end = end(dataset);
    if (end == null) {
      return null;
    }
    Path marked = dataset.stateFolder().resolve(MARKED);
    return dataset.disk().exists(marked)
            && new String(dataset.disk().readAll(marked), StandardCharsets.US_ASCII)
                .equals(end.hash().toString())
        ? null
        : end;
  }

  /// Notes that a block has the end of the log. Not forced: it is only to spare repetition.
  static void noteMarked(Dataset dataset, Mark mark) {
    Path marked = dataset.stateFolder().resolve(MARKED);
    byte[] bytes = mark.hash().toString().getBytes(StandardCharsets.US_ASCII);
    try {
      dataset.disk().delete(marked);
      try (DiskFile out = dataset.disk().create(marked)) {
        out.write(bytes, 0, bytes.length, 0);
      }
    } catch (IOException e) {
      // The next block has it again.
    }
  }

  /// A block's `extra` with the end of the log in it.
  ///
  /// @param extra what the block has besides
  public static ExtraAttributes withMark(@Nullable ExtraAttributes extra, Mark mark) {
    Tree.Fields fields = new Tree.Fields();
    if (extra != null && JsonTree.read(extra.json()) instanceof Tree.Fields others) {
      fields.fields().putAll(others.fields());
    }
    fields.put(KEY, new Tree.Fields().putText("hash", mark.hash()).put("size", mark.size()));
    return new ExtraAttributes(CanonicalJson.of(fields));
  }

  /// What a block's `extra` says of the log; null where it says nothing that we understand.
  public static @Nullable Mark markOf(@Nullable ExtraAttributes extra) {
    if (extra == null
        || !(JsonTree.read(extra.json()) instanceof Tree.Fields all)
        || !(all.fields().get(KEY) instanceof Tree.Fields fields)
        || !(fields.fields().get("size") instanceof Tree.Literal size)
        || !(fields.fields().get("hash") instanceof Tree.Text hash)) {
      return null;
    }
    try {
      return new Mark(Long.parseLong(size.spelling()), Multihash.parse(hash.value()));
    } catch (CatchwaterException | NumberFormatException e) {
      return null; // of somebody who uses the same name
    }
  }

  /// The end of the log that the newest block knows which knows one; null for none. Reads the chain
  /// down to it.
  public static @Nullable Mark newestMark(Dataset dataset) {
    for (HashedBlock block : dataset.blocks()) {
      Mark mark = block.block().event() instanceof AddData data ? markOf(data.extra()) : null;
      if (mark != null) {
        return mark;
      }
    }
    return null;
  }

  /// Makes sure that the log is whole and signed by the keys, and that it is the one a block knows.
  ///
  /// @param keys of the workspace
  /// @param mark what the newest block with rows says; null for nothing
  /// @throws CatchwaterException `CORRUPT` naming the entry
  public static void require(Dataset dataset, List<KnownKey> keys, @Nullable Mark mark)
      throws IOException {
    List<Entry> entries = read(dataset);
    for (Entry entry : entries) {
      requireSigned(dataset, entry, keys);
    }
    if (mark != null
        && (mark.size() < 1
            || mark.size() > entries.size()
            || !entries.get((int) mark.size() - 1).hash().equals(mark.hash()))) {
      throw corrupt(
          dataset,
          entries.size(),
          "The side log was cut or changed: the history knows "
              + mark.size()
              + " entries, the last with the hash "
              + mark.hash());
    }
  }

  private static void requireSigned(Dataset dataset, Entry entry, List<KnownKey> keys) {
    String keyId = entry.text("keyId");
    if (keyId == null) {
      return; // before there was a key
    }
    Tree.Fields said = new Tree.Fields();
    for (Map.Entry<String, Tree> field : entry.fields().fields().entrySet()) {
      if (!field.getKey().equals(SIGNATURE) && !field.getKey().equals(FORMER_SIGNATURE)) {
        said.put(field.getKey(), field.getValue());
      }
    }
    byte[] signed = CanonicalJson.of(said).getBytes(StandardCharsets.UTF_8);
    String signature = entry.text(SIGNATURE);
    for (KnownKey known : keys) {
      if (known.key().idText().equals(keyId)
          && signature != null
          && known.key().verifies(signed, bytes(signature))) {
        return;
      }
    }
    throw corrupt(
        dataset,
        (int) entry.number(),
        "The entry of the side log is not signed by a key of this workspace");
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static CatchwaterException corrupt(Dataset dataset, int line, String message) {
    return CatchwaterException.at(
        ErrorCode.CORRUPT, new Place(file(dataset).toString(), line, 0, null), message);
  }
}
