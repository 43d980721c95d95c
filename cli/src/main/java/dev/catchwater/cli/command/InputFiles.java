package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The FILE arguments of `ingest`, checked before anything is read: each must be there, be a plain
/// file and be readable (reliability BAD92).
final class InputFiles {
  private final Session session;
  private final Function<String, List<PushInput>> elsewhere;

  /// @param elsewhere has the files of an address that is none of this machine
  InputFiles(Session session, Function<String, List<PushInput>> elsewhere) {
    this.session = session;
    this.elsewhere = elsewhere;
  }

  /// An input for each word, in their order; one that is no file may be a pattern of several.
  List<PushInput> of(List<String> words) {
    List<PushInput> inputs = new ArrayList<>(words.size());
    Set<File> seen = new HashSet<>();
    boolean isOne = words.size() == 1;
    for (String word : words) {
      if (word.startsWith("file://")) {
        inputs.add(new PushInput(word, -1, true, () -> Remote.open(word)));
      } else if (word.indexOf("://") > 0) {
        inputs.addAll(elsewhere.apply(word));
      } else if (isPattern(word)) {
        List<String> found = LocalPattern.files(word, session.folder());
        if (found.isEmpty()) {
          throw refused(word, session.resolve(word).toFile());
        }
        for (String each : found) {
          inputs.add(local(each, isOne ? null : seen));
        }
      } else {
        inputs.add(local(word, isOne ? null : seen));
      }
    }
    return inputs;
  }

  private boolean isPattern(String word) {
    boolean hasSign = word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || word.indexOf('[') >= 0;
    return hasSign && !session.resolve(word).toFile().exists();
  }

  /// @param seen the files before it, null where there are no others
  private PushInput local(String word, @Nullable Set<File> seen) {
    File file = session.resolve(word).toFile();
    if (!file.isFile()) {
      throw refused(word, file);
    }
    if (!file.canRead()) {
      throw failure(ErrorCode.STORAGE_FAILED, word, "Permission denied");
    }
    if (seen != null && !seen.add(file)) {
      session
          .console()
          .insist(
              Style.NOTICE,
              "Warning: "
                  + word
                  + " is given twice and is pushed twice; only rows of sources"
                  + " with keys are dropped the second time");
    }
    // What is appended while we read belongs to the next push.
    long size = file.length();
    return new PushInput(word, size, true, new LocalInput(word, file, size, session.console()));
  }

  private static CatchwaterException refused(String word, File file) {
    if (word.equals("-")) {
      return failure(ErrorCode.BAD_ARGUMENT, word, "Not a file")
          .withHint("--stdin reads standard input");
    } else if (file.isDirectory()) {
      return failure(ErrorCode.BAD_ARGUMENT, word, "Is a folder")
          .withHint("name its files, for example " + word + "/*.json");
    } else if (file.exists()) {
      return failure(ErrorCode.BAD_ARGUMENT, word, "Not a plain file")
          .withHint("a pipe or device is read with --stdin < " + word);
    } else if (word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || word.indexOf('[') >= 0) {
      return failure(ErrorCode.OBJECT_NOT_FOUND, word, "No file matches this pattern");
    }
    return failure(ErrorCode.OBJECT_NOT_FOUND, word, "No such file or directory");
  }

  private static CatchwaterException failure(ErrorCode code, String word, String message) {
    return CatchwaterException.at(code, Place.of(word), message);
  }

  /// Standard input; one that is closed has no bytes.
  PushInput stdin() {
    return PushInput.stream(null, new ClosedAsEmpty(session.stdin()));
  }

  /// A file that is read from its beginning, or in any order.
  private record LocalInput(String name, File file, long size, Console console)
      implements PushInput.Opener {
    @Override
    public InputStream open() throws IOException {
      return new FixedSizeFile(name, file, size, console);
    }

    @Override
    public DiskFile openFile() throws IOException {
      return new LocalDisk().openForRead(file.toPath());
    }
  }

  /// A file up to the size it had when the command began.
  private static final class FixedSizeFile extends InputStream {
    private final String name;
    private final File file;
    private final long size;
    private final Console console;
    private final FileInputStream in;
    private long position;

    FixedSizeFile(String name, File file, long size, Console console) throws IOException {
      this.name = name;
      this.file = file;
      this.size = size;
      this.console = console;
      this.in = new FileInputStream(file);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position >= size) {
        return -1;
      }
      int count = in.read(into, offset, (int) Math.min(length, size - position));
      if (count < 0) {
        throw new IOException("the file became shorter while it was read");
      }
      position += count;
      if (position == size && file.length() > size) {
        console.insist(
            Style.NOTICE,
            "Warning: " + name + " grew while it was read; what was added is not in this push");
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static final class ClosedAsEmpty extends InputStream {
    private final InputStream in;

    ClosedAsEmpty(InputStream in) {
      this.in = in;
    }

    @Override
    public int available() {
      try {
        return in.available();
      } catch (IOException _) {
        return 0; // what is wrong, the reading says
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } catch (IOException e) {
        if ("Bad file descriptor".equals(e.getMessage())) {
          return -1;
        }
        throw e;
      }
    }
  }
}
