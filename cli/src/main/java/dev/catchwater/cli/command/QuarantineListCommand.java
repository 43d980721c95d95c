package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.format.Shortened;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.query.quarantine.CauseGroup;
import dev.catchwater.query.quarantine.QuarantineDesk;
import dev.catchwater.query.quarantine.QuarantinedRow;
import dev.catchwater.query.quarantine.RowFilter;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// `quarantine list`
final class QuarantineListCommand implements Command {
  private static final int LIMIT = 100;
  private static final int TEXT_SHOWN_MAX = 60;

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.of(
                "quarantine list",
                "List rows that pushes set aside, by cause",
                "Lists why rows were set aside by pushes into a dataset, the most frequent cause first,"
                    + " or with --rows the rows themselves in the order they arrived. Only those that"
                    + " are still open, unless --state says otherwise.")
            .aliases("quarantine ls")
            .options(
                OutputOption.spec(),
                OptionSpec.flag("rows", "List rows, not causes"),
                OptionSpec.valued("state", "STATE", "Rows that stand so (open)")
                    .choices("open", "replayed", "dropped", "all"),
                OptionSpec.valued("limit", "N", "How many rows (100)"),
                OptionSpec.valued("after", "ID", "Go on behind the row with this id"),
                Quarantines.causes().get(0),
                Quarantines.causes().get(1),
                Quarantines.causes().get(2),
                OptionSpec.valued(
                    "lock-wait",
                    "SECONDS",
                    "How long to wait for another writer of the dataset (60)"));
    return spec.arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"))
        .example("What is wrong?", "catchwater quarantine list gps")
        .example("The rows of a field", "catchwater quarantine list gps --rows --field lat");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    QuarantineDesk desk = Quarantines.desk(session, arguments, dataset);
    String word = arguments.value("state");
    RowFilter filter =
        Quarantines.filter(arguments, List.of(), RowState.OPEN)
            .withState(
                word == null ? RowState.OPEN : word.equals("all") ? null : RowState.ofWord(word));
    Instant now = session.clock().instant();
    if (!arguments.has("rows")) {
      groups(desk.groups(filter), now).print(output);
      return 0;
    }
    int limit = (int) Math.min(arguments.number("limit", LIMIT, 1), Integer.MAX_VALUE - 1);
    QuarantineDesk.Page page = desk.list(filter, arguments.value("after"), limit);
    rows(page.rows(), now).print(output);
    if (page.next() != null) {
      session.console().say("There are more: --after " + page.next());
    }
    return 0;
  }

  private static Listing groups(List<CauseGroup> groups, Instant now) {
    Listing listing = new Listing().number("Rows");
    for (String column : new String[] {"Code", "Field", "Cause", "First"}) {
      listing.text(column, Align.LEFT);
    }
    listing.time("Last");
    for (CauseGroup group : groups) {
      listing.add(group.count(), Humanized.grouped(group.count()));
      listing.add(group.code());
      String field = group.field();
      listing.add(field == null ? "" : field);
      listing.add(group.cause());
      listing.add(group.firstId());
      listing.add(group.last(), Humanized.since(group.last(), now));
    }
    return listing;
  }

  private static Listing rows(List<QuarantinedRow> rows, Instant now) {
    Listing listing = new Listing();
    for (String column : new String[] {"Id", "State", "Place", "Field", "Message", "Row"}) {
      listing.text(column, Align.LEFT);
    }
    listing.time("Arrived");
    for (QuarantinedRow row : rows) {
      listing.add(row.id());
      listing.add(row.state().word());
      listing.add(place(row.place()));
      String field = row.why().field();
      listing.add(field == null ? "" : field);
      listing.add(row.why().message());
      String text = row.text();
      listing.add(text == null ? "(no text)" : Shortened.end(text, TEXT_SHOWN_MAX));
      listing.add(row.arrivedAt(), Humanized.since(row.arrivedAt(), now));
    }
    return listing;
  }

  private static String place(QuarantinedRow.Place place) {
    return new dev.catchwater.odf.error.Place(place.file(), place.line(), place.column(), null)
        .toString();
  }
}
