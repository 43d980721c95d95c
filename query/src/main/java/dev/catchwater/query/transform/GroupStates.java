package dev.catchwater.query.transform;

import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.query.sql.DatasetView;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is known of the groups of an aggregate, beside the derivative: files of states, the latest
/// last, and a list that says after which blocks of the inputs they hold. A cache: whatever is
/// missing, damaged or of other blocks is made anew from the inputs. Used by one thread.
final class GroupStates {
  private static final String LIST = "list";
  private static final int FILES_MAX = 12;
  private static final int PIECE = 1 << 20;

  private final Disk disk;
  private final Path folder;
  private List<String> files = List.of();
  private List<Long> rows = List.of();

  /// @param folder theirs alone; need not be there
  GroupStates(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// Reads the list.
  ///
  /// @param moment which blocks of the inputs they must hold after
  /// @return whether they do
  boolean open(String moment) throws IOException {
    files = List.of();
    rows = List.of();
    Path list = folder.resolve(LIST);
    if (!disk.exists(list)) {
      return false;
    }
    String[] lines = new String(read(list), StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(moment) || !lines[lines.length - 1].equals("end")) {
      return false;
    }
    List<String> found = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (int i = 1; i < lines.length - 1; i++) {
      int space = lines[i].indexOf(' ');
      if (space < 0 || !disk.exists(folder.resolve(lines[i].substring(0, space)))) {
        return false;
      }
      found.add(lines[i].substring(0, space));
      sizes.add(Long.parseLong(lines[i].substring(space + 1)));
    }
    files = found;
    rows = sizes;
    return true;
  }

  private byte[] read(Path file) throws IOException {
    try (DiskFile open = disk.openForRead(file)) {
      byte[] bytes = new byte[Math.toIntExact(open.size())];
      open.readFully(bytes, 0, bytes.length, 0);
      return bytes;
    }
  }

  /// Whether there is any state.
  boolean isEmpty() {
    return files.isEmpty();
  }

  /// The states as a table: of a group the row with the highest `seq` counts.
  DatasetView view() {
    StringBuilder select = new StringBuilder();
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Path path = folder.resolve(files.get(i));
      paths.add(path);
      select
          .append(i == 0 ? "" : " UNION ALL BY NAME ")
          .append("SELECT *, ")
          .append(i)
          .append(" AS seq FROM read_parquet(")
          .append(SqlText.literal(DatasetView.name(path)))
          .append(") WHERE op <> 2");
    }
    return new DatasetView(select.toString(), paths, List.of());
  }

  /// Keeps a file of states behind those that are there, which hold from now on after other blocks.
  /// What fails here fails as a lost cache does: the next run makes it anew.
  ///
  /// @param keys how many columns the key has
  void keep(Path file, long rowCount, String moment, EngineUse engine, int keys)
      throws IOException {
    disk.createDirectories(folder);
    disk.delete(folder.resolve(LIST)); // they hold after no blocks until the new list is there
    files = new ArrayList<>(files);
    rows = new ArrayList<>(rows);
    add(file, rowCount);
    merge(engine, keys);
    Path next = folder.resolve(LIST + ".new");
    disk.delete(next);
    StringBuilder text = new StringBuilder(moment).append('\n');
    for (int i = 0; i < files.size(); i++) {
      text.append(files.get(i)).append(' ').append(rows.get(i)).append('\n');
    }
    byte[] bytes = text.append("end").toString().getBytes(StandardCharsets.UTF_8);
    try (DiskFile list = disk.create(next)) {
      list.write(bytes, 0, bytes.length, 0);
      list.force();
    }
    disk.rename(next, folder.resolve(LIST));
    removeOthers();
  }

  private void add(Path file, long rowCount) throws IOException {
    Set<String> taken = new HashSet<>(disk.list(folder));
    int number = 0;
    while (taken.contains(number + ".parquet")) {
      number++;
    }
    String name = number + ".parquet";
    copy(file, folder.resolve(name));
    files.add(name);
    rows.add(rowCount);
  }

  // What the engine wrote is durable only when it was forced, and the list must not outlive it.
  private void copy(Path from, Path to) throws IOException {
    try (DiskFile in = disk.openForRead(from);
        DiskFile out = disk.create(to)) {
      byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, in.size()))];
      long at = 0;
      while (at < in.size()) {
        int count = (int) Math.min(piece.length, in.size() - at);
        in.readFully(piece, 0, count, at);
        out.write(piece, 0, count, at);
        at += count;
      }
      out.force();
    }
    disk.delete(from);
  }

  /// Puts small files together, and all of them where that is not much more.
  private void merge(EngineUse engine, int keys) throws IOException {
    if (files.size() <= FILES_MAX) {
      return;
    }
    long small = 0;
    for (int i = 1; i < rows.size(); i++) {
      small += rows.get(i);
    }
    int from = small * 2 > rows.getFirst() ? 0 : 1;
    GroupStates part = new GroupStates(disk, folder);
    part.files = files.subList(from, files.size());
    engine.name(AggregateSql.STATE, part.view());
    Path merged =
        engine.run(
            "SELECT * EXCLUDE (seq) FROM "
                + AggregateSql.STATE
                + " QUALIFY "
                + AggregateSql.newest(keys, ""),
            SqlPlan.Window.ALL);
    long count;
    try (SliceReader reader = engine.open(merged)) {
      count = reader.rowCount();
    }
    files = new ArrayList<>(files.subList(0, from));
    rows = new ArrayList<>(rows.subList(0, from));
    add(merged, count);
  }

  private void removeOthers() throws IOException {
    for (String name : disk.list(folder)) {
      if (!name.equals(LIST) && !files.contains(name)) {
        disk.delete(folder.resolve(name));
      }
    }
  }
}
