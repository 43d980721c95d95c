package dev.catchwater.cli.terminal;

import dev.catchwater.query.format.TerminalText;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// UTF-8 text on its way to a terminal, with control characters and marks of writing direction
/// written out as `\u001b` (reliability TH43). Used by one thread.
public final class VisibleStream extends FilterOutputStream {
  private int pending;
  private int missing;

  /// Passes harmless text on to a stream.
  public VisibleStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    int value = b & 0xff;
    if (missing > 0 && (value & 0xc0) == 0x80) {
      pending = pending << 6 | (value & 0x3f);
      missing--;
      if (missing == 0) {
        codePoint(pending);
      }
      return;
    }
    missing = 0;
    if (value < 0x80) {
      codePoint(value);
    } else if ((value & 0xe0) == 0xc0) {
      begin(value & 0x1f, 1);
    } else if ((value & 0xf0) == 0xe0) {
      begin(value & 0x0f, 2);
    } else if ((value & 0xf8) == 0xf0) {
      begin(value & 0x07, 3);
    } else {
      codePoint(0xfffd);
    }
  }

  private void begin(int bits, int more) {
    pending = bits;
    missing = more;
  }

  private void codePoint(int c) throws IOException {
    String text = Character.isValidCodePoint(c) ? Character.toString(c) : "\ufffd";
    out.write(TerminalText.visible(text).getBytes(StandardCharsets.UTF_8));
  }
}
