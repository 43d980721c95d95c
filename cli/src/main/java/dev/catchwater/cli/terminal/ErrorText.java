package dev.catchwater.cli.terminal;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Failures as text, in kamu's shapes (behaviour page §1.1): `Error: message` for a single one,
/// `Error:` and numbered lines for a chain of causes, and a summary with one line for each of many.
public final class ErrorText {
  private static final int DETAILS_SHOWN_MAX = 10;
  private static final String REPORT_LINE =
      "This is a defect of catchwater. Please report it with what --show-error-stack-trace prints.";

  private ErrorText() {}

  /// Prints a failure.
  ///
  /// @param withTrace whether the stack trace follows
  public static void print(Console console, Throwable failure, boolean withTrace) {
    console.endProgress();
    IOException io = ioOf(failure);
    if (failure instanceof CatchwaterException known) {
      known(console, known);
    } else if (io != null) {
      console.insist(Console.Style.FAILURE, "Error:", " " + reason(io));
    } else if (failure instanceof OutOfMemoryError) {
      console.insist(Console.Style.FAILURE, "Error:", " Out of memory: " + failure.getMessage());
    } else {
      console.insist(Console.Style.FAILURE, "Error:", " Internal error: " + failure);
      console.insist(Console.Style.PLAIN, REPORT_LINE);
    }
    if (withTrace) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      console.insist(Console.Style.DIM, trace.toString().stripTrailing());
    }
  }

  private static @Nullable IOException ioOf(Throwable failure) {
    if (failure instanceof IOException io) {
      return io;
    }
    return failure.getCause() instanceof IOException io ? io : null;
  }

  private static void known(Console console, CatchwaterException failure) {
    List<CatchwaterException> details = failure.details();
    if (details.isEmpty()) {
      chain(console, failure);
    } else if (failure.code() == ErrorCode.BAD_DATA) {
      console.insist(Console.Style.FAILURE, "Error:", " " + failure.getMessage());
      for (int i = 0; i < Math.min(details.size(), DETAILS_SHOWN_MAX); i++) {
        console.insist(Console.Style.PLAIN, "  " + details.get(i).getMessage());
      }
      if (details.size() > DETAILS_SHOWN_MAX) {
        int rest = details.size() - DETAILS_SHOWN_MAX;
        console.insist(Console.Style.PLAIN, "  and " + rest + " more");
      }
    } else {
      console.insist(Console.Style.FAILURE, "Error:", " " + failure.getMessage());
      console.insist(Console.Style.PLAIN, "\nSummary of individual errors:");
      for (CatchwaterException detail : details) {
        console.insist(Console.Style.PLAIN, "> " + detail.getMessage());
      }
    }
    if (failure.code() == ErrorCode.INTERNAL) {
      console.insist(Console.Style.PLAIN, REPORT_LINE);
    }
  }

  private static void chain(Console console, CatchwaterException failure) {
    List<String> messages = new ArrayList<>();
    messages.add(failure.getMessage());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      boolean isOfTheWorld = cause instanceof CatchwaterException || cause instanceof IOException;
      String message = isOfTheWorld ? reason(cause) : "";
      if (!message.isEmpty() && !messages.get(messages.size() - 1).contains(message)) {
        messages.add(message);
      }
    }
    if (messages.size() == 1) {
      console.insist(Console.Style.FAILURE, "Error:", " " + messages.get(0));
      return;
    }
    console.insist(Console.Style.FAILURE, "Error:");
    for (int i = 0; i < messages.size(); i++) {
      console.insist(Console.Style.PLAIN, "  " + i + ": " + messages.get(i));
    }
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (cause instanceof java.nio.file.NoSuchFileException) {
      return "No such file or directory: " + message;
    } else if (cause instanceof java.nio.file.AccessDeniedException) {
      return "Permission denied: " + message;
    }
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
