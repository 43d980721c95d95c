package dev.catchwater.cli.command;

import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushOutcome;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.format.Humanized;
import java.util.Map;

/// What `ingest` says at its end: kamu's line, which scripts know, then what happened to the rows.
final class IngestReport {
  private static final int NAMES_SHOWN_MAX = 10;
  private static final int RATE_ROWS_MIN = 1000;

  private final Console console;
  private final PushReport report;
  private final int inputCount;

  IngestReport(Console console, PushReport report, int inputCount) {
    this.console = console;
    this.report = report;
    this.inputCount = inputCount;
  }

  void print() {
    boolean updated = report.outcome() == PushOutcome.UPDATED;
    String head = updated ? "Dataset updated" : "Dataset up-to-date";
    if (report.dryRun()) {
      head = updated ? "Dataset would be updated" : "Dataset would stay up-to-date";
    }
    console.say(updated ? Style.DONE : Style.NOTICE, head);
    if (report.dryRun()) {
      new DryRunReport(console, report).print();
    } else {
      line("rows", rows());
    }
    PushReport.Offsets offsets = report.offsets();
    if (offsets != null) {
      line(
          "offsets",
          offsets.start() == offsets.end()
              ? Long.toString(offsets.start())
              : offsets.start() + " to " + offsets.end());
    }
    Multihash block = report.block();
    if (block != null) {
      int count = report.blockCount();
      boolean isLast = inputCount > 1 || report.commitCount() > 1;
      line("block", block + (isLast ? " (the last of " + count + ")" : ""));
    }
    if (report.commitCount() > 1) {
      line("commits", Humanized.grouped(report.commitCount()));
    }
    line("time", time());
    ignoredFields();
    if (report.truncatedTimes() > 0) {
      console.say(
          "  "
              + Humanized.grouped(report.truncatedTimes())
              + " time(s) were finer than a millisecond and were cut");
    }
    conflicts();
    refused();
    for (String warning : report.warnings()) {
      console.insist(Style.NOTICE, "Warning: " + warning);
    }
  }

  private void line(String name, String value) {
    console.say("  " + name + " ".repeat(8 - name.length()) + value);
  }

  private String rows() {
    PushCounts counts = report.counts();
    StringBuilder text = new StringBuilder();
    append(text, counts.added(), "added");
    append(text, counts.corrected(), "corrected");
    append(text, counts.retracted(), "retracted");
    append(text, counts.duplicate(), "duplicate");
    append(text, counts.conflicting(), "conflicting");
    append(text, counts.ignored(), "ignored");
    append(text, counts.quarantined(), "quarantined");
    return text.isEmpty() ? "none" : text.toString();
  }

  static void append(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(text.isEmpty() ? "" : ", ").append(Humanized.grouped(count)).append(' ');
      text.append(what);
    }
  }

  private String time() {
    long millis = Math.max(1, report.elapsed().toMillis());
    StringBuilder text = new StringBuilder();
    text.append(millis / 1000).append('.');
    String fraction = Long.toString(millis % 1000);
    text.append("0".repeat(3 - fraction.length())).append(fraction).append(" s");
    if (report.rowsRead() >= RATE_ROWS_MIN) {
      text.append(", ").append(Humanized.grouped(report.rowsRead() * 1000 / millis));
      text.append(" rows/s, ");
      text.append(Humanized.dataSize(report.bytesRead() * 1000 / millis)).append("/s");
    }
    return text.toString();
  }

  private void ignoredFields() {
    if (report.ignoredFields().isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder("  ignored fields that the source does not declare: ");
    int shown = 0;
    for (Map.Entry<String, Long> field : report.ignoredFields().entrySet()) {
      if (shown == NAMES_SHOWN_MAX) {
        text.append(", and ").append(report.ignoredFields().size() - shown).append(" more");
        break;
      }
      text.append(shown++ > 0 ? ", " : "").append(field.getKey());
      text.append(" (").append(Humanized.grouped(field.getValue())).append(')');
    }
    console.say(text.toString());
  }

  private void refused() {
    if (report.causes().isEmpty()) {
      return;
    }
    console.say(Style.NOTICE, "  rows that were set aside, by cause:");
    for (Cause cause : report.causes()) {
      console.say("    " + Humanized.grouped(cause.count()) + " as " + cause.example());
    }
  }

  private void conflicts() {
    if (report.counts().conflicting() == 0) {
      return;
    }
    console.say(Style.NOTICE, "  rows whose key is stored with other content, which stays:");
    for (PushReport.Conflict conflict : report.conflicts()) {
      String input = conflict.input();
      console.say(
          "    "
              + (input == null ? "" : input + ": ")
              + "row "
              + conflict.row()
              + ", key "
              + conflict.key());
    }
    long rest = report.counts().conflicting() - report.conflicts().size();
    if (rest > 0) {
      console.say("    and " + Humanized.grouped(rest) + " more");
    }
  }
}
