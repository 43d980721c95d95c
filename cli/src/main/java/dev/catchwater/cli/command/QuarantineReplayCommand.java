package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.quarantine.QuarantinedRow;
import dev.catchwater.query.quarantine.Replay;
import dev.catchwater.query.quarantine.ReplayReport;
import dev.catchwater.query.quarantine.RowFilter;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.List;

/// `quarantine replay`
final class QuarantineReplayCommand implements Command {
  private static final int SHOWN_MAX = 10;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "quarantine replay",
            "Push rows that were set aside again",
            "Pushes open rows of a quarantine again, after the source was changed; or with --stdin"
                + " something else in the place of one row. Each row is applied once, however often"
                + " it is replayed and wherever that is cut off; rows without an event time get that"
                + " of their arrival. What is refused again stays, with the new reason. Fails where"
                + " a row was refused again.")
        .options(
            OptionSpec.flag("stdin", "Push standard input in the place of the row"),
            OptionSpec.flag("all", "Every open row"),
            Quarantines.causes().get(0),
            Quarantines.causes().get(1),
            Quarantines.causes().get(2))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.many("ID", ArgumentSpec.Kind.TEXT, "Ids of rows"))
        .example("After the source was changed", "catchwater quarantine replay gps --all")
        .example("Rows of one field", "catchwater quarantine replay gps --field lat")
        .example(
            "A row that was mended",
            "echo '{\"lat\": 49.3}'"
                + " | catchwater quarantine replay gps 17-0b1c2d3e4f506172.1 --stdin");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<String> words = arguments.positionals();
    List<String> ids = words.subList(1, words.size());
    Dataset dataset = Workspaces.find(session).require(words.get(0));
    Sources.refuseCopies(dataset, "Replaying rows into");
    boolean fromStdin = arguments.has("stdin");
    RowFilter filter = Quarantines.chosen(arguments, ids);
    if (fromStdin && ids.size() != 1) {
      throw Misuse.of("Specify the id of one row with --stdin");
    }
    byte[] fixed = fromStdin ? session.stdin().readAllBytes() : null;
    if (fixed == null && !ids.isEmpty()) {
      for (String id : ids) {
        Quarantines.desk(session, arguments, dataset).require(id);
      }
    }
    ReplayReport report =
        Quarantines.withLive(
            session,
            SliceOptions.defaults(),
            live -> {
              Replay replay = new Replay(live, dataset);
              return fixed == null
                  ? replay.replay(ids.isEmpty() ? filter : filter.withState(null))
                  : replay.replay(ids.getFirst(), fixed);
            });
    tell(session, report);
    return 0;
  }

  private static void tell(Session session, ReplayReport report) {
    StringBuilder text = new StringBuilder();
    IngestReport.append(text, report.replayed(), "replayed");
    IngestReport.append(text, report.failed(), "refused again");
    IngestReport.append(text, report.settled(), "settled before");
    session
        .console()
        .say(
            report.failed() == 0 ? Style.DONE : Style.NOTICE,
            text.isEmpty() ? "Nothing to replay" : text.toString());
    int shown = 0;
    for (QuarantinedRow row : report.rows()) {
      if (shown++ < SHOWN_MAX) {
        session.console().say("  " + row.id() + ": " + became(row));
      }
    }
    if (report.failed() > 0) {
      throw CatchwaterException.of(
              ErrorCode.BAD_DATA, Humanized.grouped(report.failed()) + " row(s) were refused again")
          .withHint("quarantine list shows why; they stay there");
    }
  }

  private static String became(QuarantinedRow row) {
    QuarantinedRow.End end = row.end();
    if (row.state() == RowState.OPEN) {
      return row.why().message();
    } else if (end == null) {
      return row.state().word();
    }
    return end.firstOffset() == null
        ? end.outcome()
        : end.outcome() + " at offset " + end.firstOffset();
  }
}
