package dev.catchwater.cli.terminal;

import dev.catchwater.query.format.TerminalText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Lines for a person, on standard error. What a command was asked for is never printed here. On a
/// terminal foreign control characters are made visible; a line of progress is overwritten by
/// whatever comes next. Thread-safe; a stream that is closed swallows what it gets.
public final class Console {
  /// How a line looks on a terminal with colours.
  public enum Style {
    PLAIN(""),
    DONE("\033[1;32m"),
    NOTICE("\033[1;33m"),
    FAILURE("\033[1;31m"),
    DIM("\033[2m");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private final OutputStream err;
  private final boolean isTerminal;
  private final boolean colors;
  private final Interruption interruption;
  private boolean quiet;
  private boolean hasProgress;

  /// A console that writes to a stream, of a command that is not interrupted.
  public Console(OutputStream err, Terminals terminals) {
    this(err, terminals, new Interruption());
  }

  /// A console that writes to a stream.
  public Console(OutputStream err, Terminals terminals, Interruption interruption) {
    this.err = err;
    this.interruption = interruption;
    this.isTerminal = terminals.err();
    this.colors = terminals.err() && terminals.colors();
  }

  /// The stream itself, for logs.
  public OutputStream stream() {
    return err;
  }

  /// Leaves out everything but errors and questions from now on.
  public void beQuiet() {
    quiet = true;
  }

  /// Whether somebody still waits for the command; whoever tells of progress looks.
  public Interruption interruption() {
    return interruption;
  }

  /// Whether a line of progress would be seen.
  public boolean showsProgress() {
    return isTerminal && !quiet;
  }

  /// A line, unless quiet.
  public void say(String line) {
    say(Style.PLAIN, line);
  }

  /// A line that looks like something, unless quiet.
  public void say(Style style, String line) {
    if (!quiet) {
      print(style, line, "\n");
    }
  }

  /// A line that is printed even when quiet.
  public void insist(Style style, String line) {
    print(style, line, "\n");
  }

  /// A line whose first words look like something, printed even when quiet.
  public void insist(Style style, String head, String rest) {
    print(style, head, rest + "\n");
  }

  /// A question, after which the cursor stays.
  public void ask(String question) {
    print(Style.NOTICE, question, " ");
  }

  /// Replaces the line of progress; does nothing where none is shown.
  public synchronized void progress(String line) {
    if (showsProgress()) {
      write((hasProgress ? "\r\033[K" : "") + visible(line));
      hasProgress = true;
    }
  }

  /// Wipes the line of progress.
  public synchronized void endProgress() {
    if (hasProgress) {
      write("\r\033[K");
      hasProgress = false;
    }
  }

  private synchronized void print(Style style, String styled, String rest) {
    endProgress();
    String text = visible(styled);
    if (colors && style != Style.PLAIN) {
      text = style.code + text + "\033[0m";
    }
    write(text + visible(rest));
  }

  private String visible(String text) {
    return isTerminal ? TerminalText.visible(text) : text;
  }

  private void write(String text) {
    try {
      err.write(text.getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException _) {
      // Nobody is there to be told.
    }
  }
}
