package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.transfer.TransferReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What `pull` and `push` of several datasets came to: one that fails does not stop the others.
final class TransferSummary {
  private final Session session;
  private final String verb;
  private final int wanted;
  private final List<CatchwaterException> failures = new ArrayList<>();
  private int updated;
  private int same;

  /// @param verb `pull` or `push`
  /// @param wanted how many datasets there are
  TransferSummary(Session session, String verb, int wanted) {
    this.session = session;
    this.verb = verb;
    this.wanted = wanted;
  }

  /// Copies one dataset. The failure of the only one is thrown as it is.
  void add(String name, Supplier<TransferReport> transfer) {
    try {
      TransferReport report = transfer.get();
      updated += report.isUpdated() ? 1 : 0;
      same += report.isUpdated() ? 0 : 1;
      if (report.mended() > 0) {
        session.console().say("Fetched " + report.mended() + " missing object(s) of " + name);
      }
    } catch (CatchwaterException e) {
      if (wanted == 1) {
        throw e;
      }
      String message = "Failed to " + verb + ' ' + name + ": " + e.getMessage();
      failures.add(CatchwaterException.of(e.code(), message));
    }
  }

  /// Prints the totals.
  ///
  /// @param done what happened to the datasets that changed: `updated`, `pushed`
  int print(String done) {
    if (updated > 0) {
      session.console().say(Style.DONE, updated + " dataset(s) " + done);
    }
    if (same > 0 || (updated == 0 && failures.isEmpty())) {
      session.console().say(Style.NOTICE, same + " dataset(s) up-to-date");
    }
    if (!failures.isEmpty()) {
      String message = "Failed to " + verb + ' ' + failures.size() + " dataset(s)";
      throw CatchwaterException.of(ErrorCode.REMOTE_UNAVAILABLE, message).withDetails(failures);
    }
    return 0;
  }
}
