package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The datasets of a creation of several that is under way: `run/workspace.creation`, a line
/// `<name> <head>` for each. As long as the file is there, none of them is visible; deleting it
/// makes all of them visible at once; whoever takes the lock on names and still finds it undoes the
/// creation.
///
/// An entry whose head has moved since is a dataset that was visible before a power cut brought the
/// file back; it stays.
record CreationRecord(List<Entry> entries) {
  private static final CreationRecord NONE = new CreationRecord(List.of());

  record Entry(String folder, String head) {
    boolean isUntouched(Disk disk, WorkspaceLayout layout) {
      FolderRepository repository = repository(disk, layout);
      return repository.readHead().map(Multihash::toString).orElse("").equals(head);
    }

    private FolderRepository repository(Disk disk, WorkspaceLayout layout) {
      return new FolderRepository(disk, layout.datasets().resolve(folder));
    }
  }

  /// The record on disk, empty if there is none.
  static CreationRecord read(Disk disk, WorkspaceLayout layout) throws IOException {
    if (!disk.exists(layout.creation())) {
      return NONE;
    }
    String text;
    try {
      text = new String(disk.readAll(layout.creation()), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return NONE;
    }
    List<Entry> entries = new ArrayList<>();
    int from = 0;
    for (int end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end);
      int space = line.indexOf(' ');
      if (space > 0) {
        entries.add(new Entry(line.substring(0, space), line.substring(space + 1)));
      }
      from = end + 1;
    }
    return new CreationRecord(entries);
  }

  /// Writes the record so that a power cut cannot take it away.
  void write(Disk disk, WorkspaceLayout layout) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      text.append(entry.folder()).append(' ').append(entry.head()).append('\n');
    }
    Path temporary = layout.build().resolve(".creation");
    Workspace.write(disk, temporary, text.toString());
    disk.rename(temporary, layout.creation());
    disk.syncDirectory(layout.run());
  }

  /// Deletes the record: everything it names is visible from now on.
  static void forget(Disk disk, WorkspaceLayout layout) throws IOException {
    disk.delete(layout.creation());
    disk.syncDirectory(layout.run());
  }

  /// Whether a dataset is not visible yet.
  boolean hides(Disk disk, WorkspaceLayout layout, DatasetName name) {
    for (Entry entry : entries) {
      if (entry.folder().equals(name.lowerCase()) && entry.isUntouched(disk, layout)) {
        return true;
      }
    }
    return false;
  }

  /// Takes back what the record names. Only for whoever holds the lock on names.
  void undo(Disk disk, WorkspaceLayout layout) throws IOException {
    if (entries.isEmpty()) {
      if (disk.exists(layout.creation())) {
        forget(disk, layout);
      }
      return;
    }
    for (Entry entry : entries) {
      if (entry.isUntouched(disk, layout)) {
        disk.createDirectories(layout.trash());
        disk.rename(
            layout.datasets().resolve(entry.folder()), layout.trash().resolve(entry.head()));
      }
    }
    disk.syncDirectory(layout.datasets());
    forget(disk, layout);
  }
}
