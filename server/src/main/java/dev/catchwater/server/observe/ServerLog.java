package dev.catchwater.server.observe;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The log: a JSON object a line. What clients sent stands in it as JSON text, so that none can
/// forge a line. Thread-safe; a log that cannot be written stops nothing.
public final class ServerLog {
  private final OutputStream out;
  private final InstantSource clock;

  /// A log onto a stream, which stays open.
  public ServerLog(OutputStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  /// A line with the time, a level and what is in `fields`.
  public void line(String level, String message, Tree.Fields fields) {
    Tree.Fields line =
        new Tree.Fields()
            .putText("time", clock.instant())
            .put("level", level)
            .put("message", message);
    line.fields().putAll(fields.fields());
    StringBuilder text = new StringBuilder(256);
    JsonTree.write(text, line);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Terminals take these for controls or for the direction of text.
      if (c == 0x7f || (c >= 0x80 && c < 0xa0) || Character.getType(c) == Character.FORMAT) {
        text.setCharAt(i, '?');
      }
    }
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        // Nobody is there to be told.
      }
    }
  }

  /// A line about something that went right.
  public void info(String message) {
    line("info", message, new Tree.Fields());
  }

  /// A line about a failure of ours, with where in the program it arose.
  public void failure(String message, @Nullable Throwable failure) {
    line("error", message, new Tree.Fields().put("failure", trace(failure)));
  }

  static @Nullable String trace(@Nullable Throwable failure) {
    if (failure == null) {
      return null;
    }
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
