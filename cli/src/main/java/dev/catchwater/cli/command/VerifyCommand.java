package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.arg.UsageException;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.TransferProgress;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.receipt.KnownKey;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.transform.Replay;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.record.HeadRegister;
import dev.catchwater.storage.record.SideLog;
import dev.catchwater.storage.transfer.ReceiptCheck;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.storage.verify.VerifyReport;
import java.io.IOException;
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
                + " the records of the journal. Any change of what was written shows, unless"
                + " whoever made it wrote everything anew that follows: all hashes, up to the head."
                + " That shows where somebody kept a receipt that is younger than the change, or"
                + " where this workspace knows a newer head.\n\n"
                + "With --receipt, which may be given more than once, the history must also have"
                + " what those receipts say; where it does not, HISTORY-REWRITTEN names the"
                + " receipt. Without a dataset those of the receipts are checked.")
        .options(
            OptionSpec.flag("recursive", 'r', "Check also what the dataset is derived from"),
            OptionSpec.valued(
                "receipt", "FILE", "Check also that the history has what this receipt says"),
            OptionSpec.valued(
                "key",
                "KEY",
                "The public key of the receipts, or a file with keys, if not the workspace's own"),
            OptionSpec.flag("integrity", "Only hashes, no replay of the transforms of derivatives"))
        .arguments(
            ArgumentSpec.optional(
                "DATASET", ArgumentSpec.Kind.DATASET, "Name or id; % stands for any characters"))
        .example("One dataset", "catchwater verify gps")
        .example("All of them", "catchwater verify %")
        .example(
            "With receipts that were kept elsewhere",
            "catchwater verify gps --receipt monday.json --receipt friday.json");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Workspace workspace = Workspaces.find(session);
    List<Receipt> receipts = receipts(session, arguments);
    List<Dataset> datasets = datasets(workspace, arguments, receipts);
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
      verifyRecords(session, workspace, dataset, problems);
      verifyReceipts(session, arguments, dataset, receipts, problems);
      if (problems.isEmpty() && !arguments.has("integrity")) {
        verifyRuns(session, workspace, dataset, problems);
      }
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

  /// Runs the transform of a derivative again. One that was made elsewhere may come from another
  /// engine, which leaves other rows.
  private static void verifyRuns(
      Session session, Workspace workspace, Dataset dataset, List<CatchwaterException> problems)
      throws IOException {
    if (dataset.kind() != DatasetKind.DERIVATIVE || dataset.state().lastExecution() == null) {
      return;
    }
    if (Derivatives.isOne(dataset)) {
      problems.addAll(new Replay(workspace, Derivatives.engines()).verify(dataset));
      return;
    }
    String note = "Note: " + dataset.name() + ": made elsewhere, its transform is not run again";
    session.console().say(Style.NOTICE, note);
  }

  private static List<Receipt> receipts(Session session, Arguments arguments) throws IOException {
    List<Receipt> receipts = new ArrayList<>();
    for (String file : arguments.values("receipt")) {
      try {
        receipts.add(ReceiptJson.parse(KeptReceipts.text(session, file)));
      } catch (ReceiptException e) {
        throw CatchwaterException.at(ErrorCode.CORRUPT, Place.of(file), e.getMessage());
      }
    }
    return receipts;
  }

  /// What is named, or what the receipts are of.
  private static List<Dataset> datasets(
      Workspace workspace, Arguments arguments, List<Receipt> receipts) {
    List<Dataset> datasets = new ArrayList<>();
    if (!arguments.positionals().isEmpty()) {
      datasets.addAll(Patterns.select(workspace, arguments.positionals()));
      for (Receipt receipt : receipts) {
        if (datasets.stream().noneMatch(one -> one.id().equals(receipt.facts().dataset()))) {
          throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "Receipt " + receipt.id() + " is of another dataset, " + receipt.facts().dataset());
        }
      }
      return datasets;
    }
    if (receipts.isEmpty()) {
      throw new UsageException("Which dataset? Name one; '%' stands for all");
    }
    List<String> seen = new ArrayList<>();
    for (Receipt receipt : receipts) {
      String id = receipt.facts().dataset().toString();
      if (!seen.contains(id)) {
        seen.add(id);
        datasets.add(workspace.require(id));
      }
    }
    return datasets;
  }

  /// Checks what is known of the dataset outside of its folder.
  private static void verifyRecords(
      Session session, Workspace workspace, Dataset dataset, List<CatchwaterException> problems) {
    try {
      HeadRegister.require(dataset);
      SideLog.require(dataset, KeptReceipts.keys(session, workspace), SideLog.newestMark(dataset));
    } catch (CatchwaterException e) {
      problems.add(e);
    } catch (IOException e) {
      problems.add(
          CatchwaterException.of(
                  ErrorCode.STORAGE_FAILED, "The side log cannot be read: " + e.getMessage())
              .withCause(e));
    }
  }

  private static void verifyReceipts(
      Session session,
      Arguments arguments,
      Dataset dataset,
      List<Receipt> receipts,
      List<CatchwaterException> problems)
      throws IOException {
    for (Receipt receipt : receipts) {
      if (!receipt.facts().dataset().equals(dataset.id())) {
        continue;
      }
      try {
        List<KnownKey> keys =
            KeptReceipts.keys(session, Workspaces.find(session), arguments.value("key"));
        ReceiptCheck.Finding finding = KeptReceipts.require(session, dataset, receipt, keys);
        if (finding == ReceiptCheck.Finding.IN_A_BLOCK) {
          session
              .console()
              .say(
                  Style.NOTICE,
                  "Note: receipt "
                      + receipt.id()
                      + " names no block: that the rows at its offsets are the ones it is of is"
                      + " shown only by the receipt as the server gives it now");
        }
      } catch (ReceiptException e) {
        String said = e.getMessage();
        problems.add(
            CatchwaterException.of(
                ErrorCode.CORRUPT,
                said.contains(receipt.id()) ? said : "Receipt " + receipt.id() + ": " + said));
      } catch (CatchwaterException e) {
        problems.add(e); // the chain cannot be read up to there
      }
    }
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
