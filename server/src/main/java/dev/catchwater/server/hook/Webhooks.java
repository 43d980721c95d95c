package dev.catchwater.server.hook;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.secret.SecretRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The webhooks of a dataset, in `state/<id>/webhooks`: a JSON object a line, secrets by reference
/// only. They go with the dataset when it is deleted and stay when it is renamed. Thread-safe, also
/// across processes; a server sees a change within a second.
public final class Webhooks {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Dataset dataset;
  private final Disk disk;
  private final Path file;

  public Webhooks(Dataset dataset) {
    this.dataset = dataset;
    this.disk = dataset.disk();
    this.file = dataset.webhooksFile();
  }

  /// All of them in the order they were added.
  public List<Webhook> list() {
    try {
      return disk.exists(file) ? read(disk.readAll(file)) : List.of();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// The one of a name.
  public Optional<Webhook> find(String name) {
    for (Webhook webhook : list()) {
      if (webhook.name().equals(name)) {
        return Optional.of(webhook);
      }
    }
    return Optional.empty();
  }

  /// Keeps a webhook, durably.
  ///
  /// @param isReplacement whether it takes the place of the one that has its name
  /// @throws CatchwaterException `ALREADY_EXISTS` where there is one and it is no replacement
  public void add(Webhook webhook, boolean isReplacement) {
    change(before -> {
      List<Webhook> after = new ArrayList<>(before);
      boolean isKnown = after.removeIf(known -> known.name().equals(webhook.name()));
      if (isKnown && !isReplacement) {
        throw CatchwaterException.of(
                ErrorCode.ALREADY_EXISTS,
                "Dataset " + dataset.name() + " has a webhook " + webhook.name())
            .withHint("--replace puts this one in its place");
      }
      after.add(webhook);
      return after;
    });
  }

  /// Forgets a webhook, durably.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`
  public void remove(String name) {
    change(before -> {
      List<Webhook> after = new ArrayList<>(before);
      if (!after.removeIf(known -> known.name().equals(name))) {
        throw CatchwaterException.of(
                ErrorCode.OBJECT_NOT_FOUND, "Dataset " + dataset.name() + " has no webhook " + name)
            .withHint("catchwater webhook list " + dataset.name() + " shows those it has");
      }
      return after;
    });
  }

  // Not under the dataset's lock, which a server holds as long as it runs.
  private void change(UnaryOperator<List<Webhook>> change) {
    Path folder = parent(file);
    try {
      disk.createDirectories(folder);
      disk.syncDirectory(parent(folder));
      Optional<DiskLock> lock = disk.lock(file.resolveSibling("webhooks.lock"), PATIENCE, _ -> {});
      if (lock.isEmpty()) {
        throw CatchwaterException.of(
            ErrorCode.DATASET_LOCKED, "Another process changes the webhooks of " + dataset.name());
      }
      try (DiskLock _ = lock.get()) {
        write(change.apply(list()));
        disk.syncDirectory(folder);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void write(List<Webhook> webhooks) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Webhook webhook : webhooks) {
      JsonTree.write(text, tree(webhook));
      text.append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Path temporary = file.resolveSibling("webhooks.new");
    disk.delete(temporary);
    try (DiskFile out = disk.createPrivate(temporary)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
    disk.rename(temporary, file);
  }

  private static Tree tree(Webhook webhook) {
    List<String> secrets = new ArrayList<>();
    for (SecretRef secret : webhook.secrets()) {
      secrets.add(secret.toString());
    }
    return new Tree.Fields()
        .put("name", webhook.name())
        .put("scheme", webhook.scheme().word())
        .put("secrets", secrets)
        .put("source", webhook.source())
        .put("onError", webhook.onError())
        .put("toleranceSeconds", webhook.tolerance().toSeconds());
  }

  private List<Webhook> read(byte[] bytes) {
    List<Webhook> webhooks = new ArrayList<>();
    int number = 0;
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        webhooks.add(webhook(line, number));
      }
    }
    return webhooks;
  }

  private Webhook webhook(String line, int number) {
    if (JsonTree.read(line) instanceof Tree.Fields fields) {
      String name = text(fields, "name");
      HookScheme scheme = HookScheme.find(String.valueOf(text(fields, "scheme")));
      if (name != null
          && scheme != null
          && fields.fields().get("secrets") instanceof Tree.Items references
          && fields.fields().get("toleranceSeconds") instanceof Tree.Literal seconds) {
        List<SecretRef> secrets = new ArrayList<>();
        for (Tree reference : references.items()) {
          String text = reference instanceof Tree.Text one ? one.value() : "";
          secrets.add(SecretRef.parse(text, Path.of("/")));
        }
        try {
          Duration tolerance = Duration.ofSeconds(Long.parseLong(seconds.spelling()));
          // Those that were added before there was a choice say nothing, and refuse.
          boolean setsAside = Webhook.QUARANTINE.equals(text(fields, "onError"));
          return new Webhook(name, scheme, secrets, text(fields, "source"), setsAside, tolerance);
        } catch (NumberFormatException e) {
          // Said below, as for a line that is no JSON.
        }
      }
    }
    throw CatchwaterException.of(
        ErrorCode.CORRUPT, file + ", line " + number + ", is not what webhook add writes");
  }

  private static @Nullable String text(Tree.Fields fields, String name) {
    return fields.fields().get(name) instanceof Tree.Text text ? text.value() : null;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException("a file of a workspace lies in a folder: " + path);
    }
    return parent;
  }

  private CatchwaterException failure(IOException e) {
    return CatchwaterException.of(ErrorCode.STORAGE_FAILED, file + ": " + e.getMessage())
        .withCause(e);
  }
}
