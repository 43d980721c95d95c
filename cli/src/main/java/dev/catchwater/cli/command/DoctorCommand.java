package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.doctor.Checkup;
import dev.catchwater.cli.doctor.Finding;
import dev.catchwater.cli.resident.EngineClient;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.VisibleStream;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `doctor`
final class DoctorCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "doctor",
            "Look for what is wrong, and say what mends it",
            "Looks at the workspace and the machine: Java, free space, whether the disk makes"
                + " writes durable and how fast, the clock, locks, what killed commands left, and"
                + " of each dataset the head, the chain and what nothing refers to. With each"
                + " finding comes the command that mends it. Nothing is changed."
                + "\n\nThe exit code is 1 where there is a problem, 0 for notices."
                + "\n\nA server whose clock jumped more than an hour ahead refuses pushes as"
                + " clock-suspect, because their times would be pinned to the future. Where the"
                + " clock is right, --accept-clock tells the running server so, and does nothing"
                + " else."
                + "\n\nA dataset whose folder does not have the newest block that this workspace knows"
                + " of was put back from an older copy, or replaced: a server refuses it as"
                + " rollback-detected. Where that is meant, --accept-rollback takes the history that"
                + " is there, and the side log says so.")
        .aliases("system diagnose")
        .options(
            OptionSpec.flag("verify", "Read and check every slice too, as verify does"),
            OptionSpec.flag(
                "accept-clock", "Tell the running server that its clock is right after a jump"),
            OptionSpec.valued(
                "accept-rollback", "DATASET", "Take a history that is not the newest one known"),
            OptionSpec.valued("output-format", 'o', "FMT", "How to print it (shell)")
                .choices("shell", "table", "csv", "json", "ndjson"))
        .example("Is everything fine?", "catchwater doctor")
        .example(
            "In a nightly job, for a script", "catchwater doctor --verify -o json > doctor.json")
        .example("The clock was wrong and is right now", "catchwater doctor --accept-clock")
        .example(
            "An older copy was put back on purpose", "catchwater doctor --accept-rollback gps");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    if (arguments.has("accept-clock")) {
      return acceptClock(session);
    }
    String rolledBack = arguments.value("accept-rollback");
    if (rolledBack != null) {
      return acceptRollback(session, rolledBack);
    }
    List<Finding> findings =
        Checkup.of(Workspaces.find(session), session.clock().instant(), arguments.has("verify"));
    if (arguments.value("output-format", "shell").equals("shell")) {
      print(session, findings);
    } else {
      Listing listing = new Listing();
      for (String column : new String[] {"Level", "Subject", "Finding", "Mend"}) {
        listing.text(column, Align.LEFT);
      }
      for (Finding finding : findings) {
        String mend = finding.mend();
        listing.add(finding.level().text());
        listing.add(finding.subject());
        listing.add(finding.text());
        listing.add(mend == null ? "" : mend);
      }
      listing.print(OutputOption.of(session, arguments));
    }
    int problems = 0;
    for (Finding finding : findings) {
      problems += finding.level() == Finding.Level.PROBLEM ? 1 : 0;
    }
    session
        .console()
        .say(
            problems == 0 ? Style.DONE : Style.FAILURE,
            problems == 0 ? "No problems found" : problems + " problem(s) found");
    return problems == 0 ? 0 : 1;
  }

  private static int acceptClock(Session session) {
    String said =
        EngineClient.acceptClock(Workspaces.find(session).root())
            .orElseThrow(() ->
                CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "No server runs in this workspace")
                    .withHint("only a server watches the clock; none has to be told"));
    session.console().say(Style.DONE, "The server takes pushes; its clock says " + said);
    return 0;
  }

  private static int acceptRollback(Session session, String name) throws IOException {
    Dataset dataset = Workspaces.find(session).require(name);
    Multihash lost = dataset.acceptRollback(session.clock().instant(), LockWait.standard());
    session
        .console()
        .say(
            lost == null ? Style.NOTICE : Style.DONE,
            lost == null
                ? "The history of "
                    + dataset.name()
                    + " has the newest block known; nothing is done"
                : "The history of " + dataset.name() + " is taken as it is, without block " + lost);
    return 0;
  }

  private static void print(Session session, List<Finding> findings) throws IOException {
    int width = 0;
    for (Finding finding : findings) {
      width = Math.max(width, finding.subject().length());
    }
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String level = finding.level().text();
      text.append(level).append(" ".repeat(9 - level.length())).append(finding.subject());
      text.append(" ".repeat(width - finding.subject().length() + 2));
      text.append(finding.text()).append('\n');
      if (finding.mend() != null) {
        text.append(" ".repeat(11 + width)).append("→ ").append(finding.mend()).append('\n');
      }
    }
    OutputStream out =
        session.terminals().out() ? new VisibleStream(session.stdout()) : session.stdout();
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
