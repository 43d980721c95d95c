package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.ingest.UnusedIndexes;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `system gc`
final class SystemGcCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system gc",
            "Delete what no history refers to",
            "Deletes blocks and slices that no dataset's history leads to, after it has said which"
                + " and asked: what a reset or a compaction cut off, and what commands left that"
                + " were killed. After that such a reset cannot be taken back. Indexes that no source"
                + " uses any more go too."
                + "\n\nFiles with names that catchwater never writes are listed and left alone. A"
                + " dataset whose history cannot be read whole is left alone too.")
        .options(
            OptionSpec.flag("dry-run", "Only say what would be deleted"),
            OptionSpec.valued(
                "lock-wait", "SECONDS", "How long to wait for a writer of a dataset (60)"))
        .arguments(
            ArgumentSpec.many(
                "DATASET",
                ArgumentSpec.Kind.DATASET,
                "Names or ids, all where none is given; % stands for any characters"))
        .example("What could be freed?", "catchwater system gc --dry-run")
        .example("Free it, without a question", "catchwater system gc --yes");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    List<String> patterns = arguments.positionals();
    List<Dataset> datasets =
        patterns.isEmpty() ? workspace.list() : Patterns.select(workspace, patterns);
    List<CatchwaterException> failures = new ArrayList<>();
    List<Dataset> found = find(session, arguments, datasets, failures);
    if (arguments.has("dry-run") || found.isEmpty()) {
      session
          .console()
          .say(
              Style.NOTICE, found.isEmpty() ? "Workspace is already clean" : "Nothing was deleted");
    } else {
      List<String> names = new ArrayList<>();
      for (Dataset dataset : found) {
        names.add(dataset.name().toString());
      }
      Confirmation.require(session, "You are about to delete it from following dataset(s)", names);
      collect(session, arguments, found, failures);
    }
    if (!arguments.has("dry-run")) {
      workspace.collectLeftovers();
    }
    if (!failures.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.CORRUPT, "Left alone " + failures.size() + " dataset(s)")
          .withDetails(failures);
    }
    return 0;
  }

  private static List<Dataset> find(
      Session session,
      Arguments arguments,
      List<Dataset> datasets,
      List<CatchwaterException> failures) {
    List<Dataset> found = new ArrayList<>();
    for (Dataset dataset : datasets) {
      try {
        Dataset.Garbage report = dataset.findGarbage(wait(session, arguments));
        for (Path path : report.unknown()) {
          session.console().say(Style.DIM, "Not ours, left alone: " + path);
        }
        List<Path> indexes = UnusedIndexes.of(dataset);
        if (!report.objects().isEmpty()) {
          session.console().say(dataset.name() + ": " + told(report));
        }
        if (!indexes.isEmpty()) {
          session
              .console()
              .say(dataset.name() + ": " + indexes.size() + " index(es) that no source uses");
        }
        if (!report.objects().isEmpty() || !indexes.isEmpty()) {
          found.add(dataset);
        }
        if (arguments.has("verbose")) {
          for (Path path : report.objects()) {
            session.console().say(Style.DIM, "  " + path);
          }
        }
      } catch (CatchwaterException e) {
        failures.add(failure(dataset, e));
      }
    }
    return found;
  }

  private static void collect(
      Session session,
      Arguments arguments,
      List<Dataset> datasets,
      List<CatchwaterException> failures) {
    long bytes = 0;
    long count = 0;
    for (Dataset dataset : datasets) {
      try (DatasetWriter writer = dataset.openWriter(wait(session, arguments))) {
        Dataset.Garbage report = writer.collectGarbage();
        bytes += report.bytes();
        count += report.objects().size();
        for (Path index : UnusedIndexes.of(dataset)) {
          UnusedIndexes.delete(writer, index);
        }
      } catch (CatchwaterException e) {
        failures.add(failure(dataset, e));
      }
    }
    session
        .console()
        .say(
            Style.DONE,
            "Deleted " + Humanized.grouped(count) + " file(s), " + Humanized.dataSize(bytes));
  }

  private static LockWait wait(Session session, Arguments arguments) {
    return Workspaces.lockWait(session, arguments);
  }

  private static CatchwaterException failure(Dataset dataset, CatchwaterException e) {
    return CatchwaterException.of(e.code(), dataset.name() + ": " + e.getMessage()).withCause(e);
  }

  private static String told(Dataset.Garbage report) {
    return Humanized.grouped(report.objects().size())
        + " file(s), "
        + Humanized.dataSize(report.bytes())
        + " that its history does not lead to";
  }
}
