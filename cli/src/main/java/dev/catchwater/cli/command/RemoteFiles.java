package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.connectors.files.CopiedFile;
import dev.catchwater.connectors.files.FileAddress;
import dev.catchwater.connectors.files.FileCopier;
import dev.catchwater.connectors.files.FilePlaces;
import dev.catchwater.connectors.files.FilePositions;
import dev.catchwater.connectors.files.RemoteFile;
import dev.catchwater.connectors.files.wire.Reach;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.seal.SourcePositions;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The FILE arguments of `ingest` that lie elsewhere, copied whole before anything is pushed: a
/// connection that breaks does not hold the lock of a dataset, and a file that is the same as the
/// last time is not pushed again. Its own class, so that a local push never loads a connector.
final class RemoteFiles implements AutoCloseable {
  private final Session session;
  private final @Nullable SourceState before;
  private final boolean isAgain;
  private final FilePlaces places;
  private final FileCopier copier;
  private final Path all;
  private final Path folder;
  private final Map<PushInput, CopiedFile> copies = new LinkedHashMap<>();
  private int unchanged;

  /// @param run the workspace's folder of what lives as long as a command
  /// @param before what the dataset knows of its files
  /// @param isAgain whether files are pushed that are known
  RemoteFiles(Session session, Path run, @Nullable SourceState before, boolean isAgain) {
    this.session = session;
    this.before = before;
    this.isAgain = isAgain;
    RemoteSettings settings = new RemoteSettings(session);
    places = new FilePlaces(Reach.everywhere(), settings.s3(), settings.hdfs(), session.clock());
    copier = FileCopier.of(session.disk(), settings.bytesMax());
    all = run.resolve("copies");
    // A process that is an engine has several commands at once.
    folder = all.resolve(ProcessHandle.current().pid() + "-" + System.nanoTime());
  }

  /// What a dataset knows of the files of a source, null for nothing.
  ///
  /// @param source its name, or null for the only one
  static @Nullable SourceState known(Dataset dataset, @Nullable String source) {
    ChainState state = dataset.state();
    String name = source;
    if (name == null && state.pushSources().size() == 1) {
      name = state.pushSources().keySet().iterator().next();
    }
    return name == null ? null : state.sourceState(name);
  }

  /// Copies the files of an address that are not known yet.
  List<PushInput> of(String address) {
    List<PushInput> inputs = new ArrayList<>();
    for (RemoteFile file : places.files(address)) {
      Optional<CopiedFile> copied =
          copier.copy(file, next(), isAgain ? null : FilePositions.known(before, file.address()));
      if (copied.isEmpty() || (!isAgain && FilePositions.isKnown(before, copied.get()))) {
        unchanged++;
        session.console().say(file.address() + ": unchanged since it was pushed");
        continue;
      }
      CopiedFile copy = copied.get();
      session.console().say(copy.address() + ": " + Humanized.dataSize(copy.size()) + " copied");
      String name = FileAddress.name(copy.address());
      PushInput input = new PushInput(name, copy.size(), true, new Copy(copy.path()));
      copies.put(input, copy);
      inputs.add(input);
    }
    return inputs;
  }

  /// How many files were not copied, because the dataset has them.
  int unchanged() {
    return unchanged;
  }

  /// What is committed with the rows of some inputs; null where none of them lay elsewhere.
  @Nullable SourcePositions positions(List<PushInput> inputs) {
    List<CopiedFile> pushed = new ArrayList<>();
    for (PushInput input : inputs) {
      CopiedFile copy = copies.get(input);
      if (copy != null) {
        pushed.add(copy);
      }
    }
    return pushed.isEmpty() ? null : new FilePositions(pushed);
  }

  private Path next() {
    Disk disk = session.disk();
    try {
      if (copies.isEmpty() && unchanged == 0) {
        clearAway(disk);
        disk.createDirectories(folder);
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return folder.resolve(Integer.toString(copies.size() + unchanged));
  }

  /// Deletes what commands left that died.
  private void clearAway(Disk disk) throws IOException {
    if (!disk.exists(all)) {
      return;
    }
    for (String name : disk.list(all)) {
      String owner = name.substring(0, Math.max(0, name.indexOf('-')));
      if (ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
        disk.deleteTree(all.resolve(name));
      }
    }
  }

  @Override
  public void close() {
    try {
      if (session.disk().exists(folder)) {
        session.disk().deleteTree(folder);
      }
    } catch (IOException e) {
      session
          .console()
          .insist(Style.NOTICE, "Warning: " + folder + " could not be deleted: " + e.getMessage());
    }
  }

  /// The bytes of a copy.
  private record Copy(Path path) implements PushInput.Opener {
    @Override
    public InputStream open() throws IOException {
      return new FileInputStream(path.toFile());
    }

    @Override
    public DiskFile openFile() throws IOException {
      return new LocalDisk().openForRead(path);
    }
  }
}
