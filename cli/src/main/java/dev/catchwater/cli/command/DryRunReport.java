package dev.catchwater.cli.command;

import dev.catchwater.cli.terminal.Console;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.query.format.Humanized;

/// What `ingest --dry-run` says instead of the counts: what would become of the rows, and the first
/// of those that would be stored.
final class DryRunReport {
  private final Console console;
  private final PushReport report;

  DryRunReport(Console console, PushReport report) {
    this.console = console;
    this.report = report;
  }

  void print() {
    PushCounts counts = report.counts();
    StringBuilder text = new StringBuilder();
    IngestReport.append(text, counts.added(), "appended");
    IngestReport.append(text, counts.corrected(), "corrected");
    IngestReport.append(text, counts.retracted(), "retracted");
    IngestReport.append(text, counts.duplicate(), "unchanged");
    IngestReport.append(text, counts.conflicting(), "conflicting");
    IngestReport.append(text, counts.ignored(), "ignored");
    console.say("   " + (text.isEmpty() ? "no rows" : text) + "; nothing written");
    for (PushReport.Difference difference : report.differences()) {
      String key = difference.key();
      boolean isBoth = !key.isEmpty() && !difference.values().isEmpty();
      console.say(
          "   " + difference.sign() + " " + key + (isBoth ? "   " : "") + difference.values());
    }
    long stored = counts.added() + counts.corrected() + counts.retracted();
    long more = stored - report.differences().size();
    if (more > 0) {
      console.say("   … and " + Humanized.grouped(more) + " more");
    }
  }
}
