package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The addresses a dataset is pulled from and pushed to, in the order they were added, as kamu
/// keeps them in `info/config`; here `state/<id>/aliases`, a line `pull <url>` or `push <url>`
/// each, outside of what a repository shows. Immutable.
///
/// Rows are never ingested into a dataset that has a pull alias: its history would part from the
/// one it is pulled from.
public record Aliases(List<String> pull, List<String> push) {
  private static final String PULL = "pull ";
  private static final String PUSH = "push ";

  public Aliases {
    pull = List.copyOf(pull);
    push = List.copyOf(push);
  }

  /// The aliases of a dataset, as they are now.
  public static Aliases of(Dataset dataset) {
    Path file = dataset.layout().aliases(dataset.id());
    try {
      if (!dataset.disk().exists(file)) {
        return new Aliases(List.of(), List.of());
      }
      return parse(new String(dataset.disk().readAll(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return new Aliases(List.of(), List.of());
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  private static Aliases parse(String text) {
    List<String> pull = new ArrayList<>();
    List<String> push = new ArrayList<>();
    int from = 0;
    for (int end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end);
      if (line.startsWith(PULL)) {
        pull.add(line.substring(PULL.length()));
      } else if (line.startsWith(PUSH)) {
        push.add(line.substring(PUSH.length()));
      }
      from = end + 1;
    }
    return new Aliases(pull, push);
  }

  /// The same with one more address to pull from, unless it is there.
  public Aliases withPull(String url) {
    return pull.contains(url) ? this : new Aliases(appended(pull, url), push);
  }

  /// The same with one more address to push to, unless it is there.
  public Aliases withPush(String url) {
    return push.contains(url) ? this : new Aliases(pull, appended(push, url));
  }

  /// The same without an address to pull from.
  public Aliases withoutPull(String url) {
    return new Aliases(without(pull, url), push);
  }

  /// The same without an address to push to.
  public Aliases withoutPush(String url) {
    return new Aliases(pull, without(push, url));
  }

  private static List<String> without(List<String> urls, String url) {
    List<String> shorter = new ArrayList<>(urls);
    shorter.remove(url);
    return shorter;
  }

  private static List<String> appended(List<String> urls, String url) {
    List<String> longer = new ArrayList<>(urls);
    longer.add(url);
    return longer;
  }

  /// Changes the aliases of a dataset, durably.
  ///
  /// @param change from what they are when the dataset's lock is held
  public static void change(Dataset dataset, UnaryOperator<Aliases> change, LockWait wait) {
    DiskLock lock = dataset.lock(wait);
    try {
      change.apply(of(dataset)).store(dataset);
    } finally {
      Dataset.release(lock);
    }
  }

  /// Adds an address to push to, durably, unless it is there.
  public static void addPush(Dataset dataset, String url, LockWait wait) {
    if (of(dataset).push().contains(url)) {
      return;
    }
    DiskLock lock = dataset.lock(wait);
    try {
      of(dataset).withPush(url).store(dataset);
    } finally {
      Dataset.release(lock);
    }
  }

  /// Makes these the aliases of a dataset, durably. For whoever holds the dataset's lock.
  void store(Dataset dataset) {
    store(dataset.disk(), dataset.layout().aliases(dataset.id()));
  }

  private void store(Disk disk, Path file) {
    StringBuilder text = new StringBuilder();
    pull.forEach(url -> text.append(PULL).append(url).append('\n'));
    push.forEach(url -> text.append(PUSH).append(url).append('\n'));
    Path temporary = file.resolveSibling("aliases.new");
    try {
      Path folder = parent(file);
      disk.createDirectories(folder);
      disk.syncDirectory(parent(folder));
      disk.delete(temporary);
      Workspace.write(disk, temporary, text.toString());
      disk.rename(temporary, file);
      disk.syncDirectory(folder);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException("a file of a workspace lies in a folder: " + path);
    }
    return parent;
  }
}
