package dev.catchwater.server.access;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `keys/tokens`: every token of a workspace, as hashes. Replaced as a whole, so that whoever reads
/// it sees all of a change or nothing. Thread-safe, also among processes.
public final class TokenFile {
  private static final String FILE = "tokens";
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private final Disk disk;
  private final Path folder;

  /// The tokens of a workspace; nothing is read yet.
  ///
  /// @param folder where its secrets lie
  public TokenFile(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// All tokens, also those that are not valid any more; none where there is no file.
  ///
  /// @throws CatchwaterException `CORRUPT`, `STORAGE_FAILED`
  public List<Token> read() {
    return parse(bytes());
  }

  byte[] bytes() {
    try {
      return disk.readAll(file());
    } catch (NoSuchFileException e) {
      return new byte[0];
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// How many bytes [#bytes] would give now.
  long size() {
    try (DiskFile open = disk.openForRead(file())) {
      return open.size();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Path file() {
    return folder.resolve(FILE);
  }

  List<Token> parse(byte[] bytes) {
    if (bytes.length == 0) {
      return List.of();
    }
    try {
      Tree tree = JsonTree.read(new String(bytes, StandardCharsets.UTF_8));
      if (tree instanceof Tree.Fields fields
          && fields.fields().get("tokens") instanceof Tree.Items items) {
        List<Token> tokens = new ArrayList<>();
        for (Tree item : items.items()) {
          tokens.add(token(item));
        }
        return tokens;
      }
      throw new IllegalArgumentException("it is no list of tokens");
    } catch (CatchwaterException | IllegalArgumentException | DateTimeException e) {
      throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(file().toString()),
              "The tokens of the workspace cannot be read: " + e.getMessage())
          .withHint("put the file back from a copy, or remove it and make new tokens")
          .withCause(e);
    }
  }

  private static Token token(Tree tree) {
    if (!(tree instanceof Tree.Fields fields)
        || !(fields.fields().get("grants") instanceof Tree.Items grants)) {
      throw new IllegalArgumentException("a token of it has no grants");
    }
    List<Grant> read = new ArrayList<>();
    for (Tree grant : grants.items()) {
      read.add(Grant.parse(grant instanceof Tree.Text text ? text.value() : ""));
    }
    String network = text(fields, "network");
    String revoked = text(fields, "revoked");
    return new Token(
        required(fields, "id"),
        required(fields, "hash"),
        required(fields, "name"),
        read,
        Instant.parse(required(fields, "created")),
        Instant.parse(required(fields, "expires")),
        network == null ? null : Network.parse(network),
        revoked == null ? null : Instant.parse(revoked));
  }

  private static String required(Tree.Fields fields, String name) {
    String value = text(fields, name);
    if (value == null) {
      throw new IllegalArgumentException("a token of it has no " + name);
    }
    return value;
  }

  private static @Nullable String text(Tree.Fields fields, String name) {
    return fields.fields().get(name) instanceof Tree.Text text ? text.value() : null;
  }

  private static byte[] text(List<Token> tokens) {
    List<Tree> items = new ArrayList<>();
    for (Token token : tokens) {
      List<String> grants = new ArrayList<>();
      for (Grant grant : token.grants()) {
        grants.add(grant.toString());
      }
      items.add(
          new Tree.Fields()
              .put("id", token.id())
              .put("hash", token.hash())
              .put("name", token.name())
              .put("grants", grants)
              .putText("created", token.created())
              .putText("expires", token.expires())
              .putText("network", token.network())
              .putText("revoked", token.revoked()));
    }
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, new Tree.Fields().put("tokens", new Tree.Items(items)));
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /// Changes the tokens; when it returns, the change is on the disk for good. Running servers of
  /// the workspace see it within a second.
  ///
  /// @param change from all tokens to all tokens
  /// @throws CatchwaterException `CORRUPT`, `STORAGE_FAILED`, what `change` throws
  public void change(UnaryOperator<List<Token>> change) {
    try {
      makeFolder();
      Optional<DiskLock> lock = disk.lock(folder.resolve("lock"), LOCK_WAIT, _ -> {});
      if (lock.isEmpty()) {
        throw new IOException("another process changes them and does not end");
      }
      try (DiskLock _ = lock.get()) {
        write(text(change.apply(read())));
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void makeFolder() throws IOException {
    Path parent = folder.getParent();
    if (!disk.exists(folder) && parent != null) {
      disk.createPrivateDirectory(folder);
      disk.syncDirectory(parent);
    }
  }

  private void write(byte[] bytes) throws IOException {
    Path next = folder.resolve(FILE + ".next");
    disk.delete(next); // of a process that died here
    try (DiskFile out = disk.createPrivate(next)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
    disk.rename(next, file());
    disk.syncDirectory(folder);
  }

  private CatchwaterException failure(IOException e) {
    return CatchwaterException.at(
            ErrorCode.STORAGE_FAILED,
            Place.of(file().toString()),
            "The tokens of the workspace cannot be read or written: " + e.getMessage())
        .withCause(e);
  }
}
