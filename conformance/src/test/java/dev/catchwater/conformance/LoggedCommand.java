package dev.catchwater.conformance;

import dev.catchwater.cli.Cli;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.disk.LocalDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// A command line in a process of its own whose disk writes down what it is asked to change: a line
/// for each call, what it does and on which file. `main` takes the log's name, then the words.
final class LoggedCommand {
  private LoggedCommand() {}

  /// Runs the words and ends the process with their exit code.
  public static void main(String[] words) throws IOException {
    try (PrintStream log = new PrintStream(words[0], StandardCharsets.UTF_8)) {
      int exit =
          Cli.run(
              Arrays.copyOfRange(words, 1, words.length),
              System.in,
              System.out,
              System.err,
              Terminals.NONE,
              System.getenv(),
              Path.of("").toAbsolutePath(),
              InstantSource.system(),
              new LoggingDisk(new LocalDisk(), log));
      log.flush();
      Runtime.getRuntime().halt(exit);
    }
  }

  private static final class LoggingDisk extends ForwardingDisk {
    private final PrintStream log;
    private final Map<Path, LoggingFile> files = new ConcurrentHashMap<>();

    LoggingDisk(Disk disk, PrintStream log) {
      super(disk);
      this.log = log;
    }

    private void note(String what, Path path) {
      log.println(what + " " + path);
      log.flush();
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      note("create", file);
      LoggingFile made = new LoggingFile(super.create(file), file);
      files.put(file, made);
      return made;
    }

    @Override
    public DiskFile createPrivate(Path file) throws IOException {
      note("create", file);
      LoggingFile made = new LoggingFile(super.createPrivate(file), file);
      files.put(file, made);
      return made;
    }

    @Override
    public void createDirectories(Path folder) throws IOException {
      for (Path path = folder; path != null; path = path.getParent()) {
        note("mkdir", path);
      }
      super.createDirectories(folder);
    }

    @Override
    public void createPrivateDirectory(Path folder) throws IOException {
      note("mkdir", folder);
      super.createPrivateDirectory(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      note("rename", from);
      super.rename(from, to);
      LoggingFile renamed = files.remove(from);
      if (renamed != null) {
        renamed.path = to; // the system tells the present name of an open file
        files.put(to, renamed);
      }
    }

    @Override
    public void delete(Path path) throws IOException {
      note("delete", path);
      super.delete(path);
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
      note("sync", folder);
      super.syncDirectory(folder);
    }

    @Override
    public Optional<DiskLock> lock(Path file, Duration wait, Consumer<String> waiting)
        throws IOException {
      for (String part : new String[] {"create", "write", "truncate", "truncate"}) {
        note(part, file); // it is made, signed, and emptied when it is taken and given back
      }
      return super.lock(file, wait, waiting);
    }

    /// A file that notes what changes it.
    private final class LoggingFile implements DiskFile {
      private final DiskFile file;
      private volatile Path path;

      LoggingFile(DiskFile file, Path path) {
        this.file = file;
        this.path = path;
      }

      @Override
      public int read(byte[] into, int offset, int length, long position) throws IOException {
        return file.read(into, offset, length, position);
      }

      @Override
      public void write(byte[] from, int offset, int length, long position) throws IOException {
        note("write", path);
        file.write(from, offset, length, position);
      }

      @Override
      public void truncate(long size) throws IOException {
        note("truncate", path);
        note("write", path); // how a file is made longer
        file.truncate(size);
      }

      @Override
      public void force() throws IOException {
        note("sync", path);
        file.force();
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    }
  }
}
