package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.cli.terminal.TransferProgress;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.compact.Compaction;
import dev.catchwater.storage.transfer.Replicator;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.storage.verify.VerifyReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `system compact`
final class SystemCompactCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system compact",
            "Put many small slices together",
            "Writes the history of a dataset anew with fewer, larger slices, after a question."
                + " Rows keep their offsets and times. From the first slice that changes on all"
                + " blocks get new hashes: copies elsewhere keep the old history, and a push to"
                + " them then needs --force."
                + "\n\nThe old blocks and slices stay on the disk until system gc; a reset to the"
                + " former head takes them back.")
        .options(
            OptionSpec.flag("hard", "Rewrite the history; the only way there is, to be said"),
            OptionSpec.flag("keep-metadata-only", "Drop all rows and keep everything else"),
            OptionSpec.flag("verify", "Verify the dataset before it is compacted"),
            OptionSpec.valued(
                "max-slice-size", "BYTES", "What is put together is at most so large (300000000)"),
            OptionSpec.valued(
                "max-slice-records", "NUM", "A slice has at most so many rows (10000)"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for another writer of the dataset (60)"))
        .arguments(
            ArgumentSpec.many(
                    "DATASET",
                    ArgumentSpec.Kind.DATASET,
                    "Names or ids; % stands for any characters")
                .required())
        .example("A dataset with a thousand small pushes", "catchwater system compact gps --hard")
        .example(
            "Larger slices, checked first",
            "catchwater system compact gps --hard --verify --max-slice-records 1000000");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Settings settings = new Settings(session);
    Compaction.Limits limits =
        new Compaction.Limits(
            arguments.number("max-slice-size", settings.number(Setting.COMPACT_MAX_SLICE_SIZE), 1),
            arguments.number(
                "max-slice-records", settings.number(Setting.COMPACT_MAX_SLICE_RECORDS), 1));
    Workspace workspace = Workspaces.find(session);
    List<Dataset> datasets = Patterns.select(workspace, arguments.positionals());
    if (!arguments.has("hard")) {
      throw CatchwaterException.of(ErrorCode.UNSUPPORTED, "Soft compactions are not yet supported")
          .withHint("--hard rewrites the history");
    }
    if (datasets.isEmpty()) {
      session.console().say(Style.NOTICE, "There are no datasets matching the pattern");
      return 0;
    }
    Confirmation.require(
        session,
        arguments.has("keep-metadata-only")
            ? "You are about to drop all rows of following dataset(s)"
            : "You are about to rewrite the history of following dataset(s)",
        names(workspace, datasets));
    int compacted = 0;
    for (Dataset dataset : datasets) {
      compacted += compact(session, arguments, dataset, limits) ? 1 : 0;
    }
    if (compacted > 0) {
      session.console().say(Style.DONE, compacted + " dataset(s) were compacted");
    }
    if (compacted < datasets.size()) {
      session.console().say(Style.NOTICE, (datasets.size() - compacted) + " dataset(s) up-to-date");
    }
    return 0;
  }

  private static List<String> names(Workspace workspace, List<Dataset> datasets) {
    List<String> names = new ArrayList<>();
    for (Dataset dataset : datasets) {
      boolean isCopied =
          !Replicator.pullAliases(dataset).isEmpty() || !Replicator.pushAliases(dataset).isEmpty();
      names.add(
          dataset.name()
              + (isCopied ? ", which will part from its copies elsewhere" : "")
              + Sources.derived(workspace, dataset));
    }
    return names;
  }

  private static boolean compact(
      Session session, Arguments arguments, Dataset dataset, Compaction.Limits limits)
      throws IOException {
    try (DatasetWriter writer = dataset.openWriter(Workspaces.lockWait(session, arguments))) {
      if (arguments.has("verify")) {
        verify(session, dataset);
      }
      Compaction compaction = new Compaction(writer, limits, SliceOptions.defaults());
      Compaction.Report report =
          arguments.has("keep-metadata-only") ? compaction.keepMetadataOnly() : compaction.run();
      if (!report.isChanged()) {
        return false;
      }
      String former = dataset.head().toString();
      writer.rewrittenAt(session.clock().instant());
      writer.commit();
      session
          .console()
          .say(
              dataset.name()
                  + ": "
                  + Humanized.grouped(report.slicesBefore())
                  + " slices became "
                  + Humanized.grouped(report.slicesAfter())
                  + ", "
                  + Humanized.grouped(report.blocksBefore())
                  + " blocks "
                  + Humanized.grouped(report.blocksAfter())
                  + "; the former head was "
                  + former);
      return true;
    }
  }

  private static void verify(Session session, Dataset dataset) {
    Verifier verifier = new Verifier(Math.max(1, Runtime.getRuntime().availableProcessors()));
    VerifyReport report =
        verifier.verify(
            dataset, new TransferProgress(session.console(), "Verifying " + dataset.name()));
    session.console().endProgress();
    if (!report.isValid()) {
      throw CatchwaterException.of(
              ErrorCode.CORRUPT, "Failed to verify " + dataset.name() + ", it was not compacted")
          .withDetails(report.problems());
    }
  }
}
