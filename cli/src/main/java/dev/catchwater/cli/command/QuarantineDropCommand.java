package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.quarantine.CauseGroup;
import dev.catchwater.query.quarantine.QuarantineDesk;
import dev.catchwater.query.quarantine.Replay;
import dev.catchwater.query.quarantine.ReplayReport;
import dev.catchwater.query.quarantine.RowFilter;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.List;

/// `quarantine drop`
final class QuarantineDropCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "quarantine drop",
            "Decide that rows that were set aside are not wanted",
            "Marks open rows of a quarantine as dropped. They are listed no more and not replayed,"
                + " but stay in the history of the quarantine.")
        .options(
            OptionSpec.flag("all", "Every open row"),
            Quarantines.causes().get(0),
            Quarantines.causes().get(1),
            Quarantines.causes().get(2))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.many("ID", ArgumentSpec.Kind.TEXT, "Ids of rows"))
        .example("A row", "catchwater quarantine drop gps 17-0b1c2d3e4f506172.1")
        .example("Without a question", "catchwater quarantine drop gps --field lat --yes");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    List<String> words = arguments.positionals();
    List<String> ids = words.subList(1, words.size());
    Dataset dataset = Workspaces.find(session).require(words.get(0));
    RowFilter filter = Quarantines.chosen(arguments, ids);
    QuarantineDesk desk = Quarantines.desk(session, arguments, dataset);
    for (String id : ids) {
      desk.require(id);
    }
    List<String> causes = new ArrayList<>();
    for (CauseGroup group : desk.groups(filter)) {
      causes.add(Humanized.grouped(group.count()) + " of: " + group.cause());
    }
    if (causes.isEmpty()) {
      session.console().say(Style.NOTICE, "Nothing to drop");
      return 0;
    }
    Confirmation.require(session, "You are about to drop rows of " + dataset.name(), causes);
    ReplayReport report =
        Quarantines.withLive(
            session, SliceOptions.defaults(), live -> new Replay(live, dataset).drop(filter));
    session.console().say(Style.DONE, Humanized.grouped(report.dropped()) + " row(s) dropped");
    return 0;
  }
}
