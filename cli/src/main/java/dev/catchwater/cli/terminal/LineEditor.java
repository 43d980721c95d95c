package dev.catchwater.cli.terminal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/// Lines that a person types, with editing and a history that stays. Loaded by the shell on a
/// terminal only. Used by one thread.
public final class LineEditor implements Closeable {
  /// What [#read] returns when the person dropped the line (Ctrl-C).
  public static final String CANCELLED = "\u0003";

  private static final int HISTORY_LINES = 10_000;

  private final Terminal terminal;
  private final LineReader reader;

  private LineEditor(Terminal terminal, LineReader reader) {
    this.terminal = terminal;
    this.reader = reader;
  }

  /// An editor on the terminal of this process.
  ///
  /// @param history the file that keeps what was typed; null keeps nothing
  public static LineEditor open(@Nullable Path history) throws IOException {
    Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES);
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    return new LineEditor(terminal, builder.build());
  }

  /// The next line; null when the person has ended the input.
  public @Nullable String read(String prompt) {
    try {
      return reader.readLine(prompt);
    } catch (UserInterruptException e) {
      return CANCELLED;
    } catch (EndOfFileException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
