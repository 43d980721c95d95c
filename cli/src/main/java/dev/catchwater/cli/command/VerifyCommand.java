package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.TransferProgress;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.storage.verify.VerifyReport;
import java.util.ArrayList;
import java.util.List;

/// `verify`
final class VerifyCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "verify",
            "Check a dataset against its hashes",
            "Reads everything a dataset has and checks it: that each block is the one its successor"
                + " names, that each slice has the bytes and the rows that its block's hashes tell,"
                + " and that schema, offsets and watermark fit; of rows that are in no slice yet,"
                + " the records of the journal. Any change of what was written shows.")
        .options(
            OptionSpec.flag("recursive", 'r', "Check also what the dataset is derived from"),
            OptionSpec.flag(
                "integrity", "Only hashes, no replay of transforms (always so in this version)"))
        .arguments(
            ArgumentSpec.one(
                "DATASET", ArgumentSpec.Kind.DATASET, "Name or id; % stands for any characters"))
        .example("One dataset", "catchwater verify gps")
        .example("All of them", "catchwater verify %");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    List<Dataset> datasets = Patterns.select(workspace, arguments.positionals());
    if (datasets.isEmpty()) {
      session.console().say(Style.NOTICE, "There are no datasets matching the pattern");
      return 0;
    }
    if (arguments.has("recursive")) {
      datasets = withInputs(workspace, datasets);
    }
    Verifier verifier = new Verifier(Math.max(1, Runtime.getRuntime().availableProcessors()));
    List<CatchwaterException> failures = new ArrayList<>();
    int invalid = 0;
    for (Dataset dataset : datasets) {
      TransferProgress progress =
          new TransferProgress(session.console(), "Verifying " + dataset.name());
      VerifyReport report = verifier.verify(dataset, progress);
      session.console().endProgress();
      for (String note : report.notes()) {
        session.console().say(Style.NOTICE, "Note: " + dataset.name() + ": " + note);
      }
      if (arguments.has("verbose")) {
        session.console().say(described(report));
      }
      List<CatchwaterException> problems = new ArrayList<>(report.problems());
      verifyJournal(session, dataset, problems);
      invalid += problems.isEmpty() ? 0 : 1;
      for (CatchwaterException problem : problems) {
        failures.add(
            CatchwaterException.of(
                problem.code(),
                "Failed to verify " + dataset.name() + ": " + problem.getMessage()));
      }
    }
    if (invalid > 0) {
      throw CatchwaterException.of(ErrorCode.CORRUPT, "Failed to verify " + invalid + " dataset(s)")
          .withDetails(failures);
    }
    session.console().say(Style.DONE, datasets.size() + " dataset(s) are valid");
    return 0;
  }

  /// Checks the records of rows that are in no slice yet.
  private static void verifyJournal(
      Session session, Dataset dataset, List<CatchwaterException> problems) {
    try {
      HotRows rows = dataset.hasUnsealedRows() ? HotRows.of(dataset) : null;
      if (rows != null && !rows.isEmpty()) {
        session
            .console()
            .say(
                Style.NOTICE,
                "Note: "
                    + dataset.name()
                    + ": "
                    + Humanized.grouped(rows.rowCount())
                    + " row(s) are in the journal, in no slice yet");
      }
    } catch (CatchwaterException e) {
      problems.add(e);
    }
  }

  private static String described(VerifyReport report) {
    return report.name()
        + ": "
        + Humanized.grouped(report.blocks())
        + " blocks, "
        + Humanized.grouped(report.slices())
        + " slices, "
        + Humanized.grouped(report.rows())
        + " rows, "
        + Humanized.dataSize(report.bytes());
  }

  private static List<Dataset> withInputs(Workspace workspace, List<Dataset> datasets) {
    List<String> seen = new ArrayList<>();
    List<Dataset> all = new ArrayList<>();
    for (Dataset dataset : datasets) {
      collect(workspace, dataset, all, seen);
    }
    return all;
  }

  private static void collect(
      Workspace workspace, Dataset dataset, List<Dataset> all, List<String> seen) {
    if (seen.contains(dataset.id().toString())) {
      return;
    }
    seen.add(dataset.id().toString());
    SetTransform transform = dataset.state().transform();
    if (transform != null) {
      for (TransformInput input : transform.inputs()) {
        collect(workspace, workspace.require(input.datasetRef()), all, seen);
      }
    }
    all.add(dataset);
  }
}
