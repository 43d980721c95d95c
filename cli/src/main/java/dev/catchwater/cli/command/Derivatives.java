package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.query.sql.LocalSqlEngine;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.transform.Maintenance;
import dev.catchwater.query.transform.Transforms;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.transfer.Replicator;
import dev.catchwater.storage.transfer.TransferReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs the transforms of derivative datasets for `pull`.
final class Derivatives {
  private final Session session;
  private final Transforms transforms;
  private final LockWait wait;
  private final boolean resetsDiverged;

  /// @param resetsDiverged whether a result is made anew where an input has another history
  Derivatives(Session session, Workspace workspace, LockWait wait, boolean resetsDiverged) {
    this.session = session;
    this.transforms = new Transforms(workspace, engines(), session.clock());
    this.wait = wait;
    this.resetsDiverged = resetsDiverged;
  }

  /// Engines of one thread: rows come in the same order every time.
  static SqlQuery.Engines engines() {
    SqlLimits limits = SqlLimits.defaults().withThreads(1);
    return folder -> LocalSqlEngine.open(limits, folder);
  }

  /// Whether a dataset is made here, not copied from elsewhere.
  static boolean isOne(Dataset dataset) {
    // In this order: a copy that is damaged is pulled anew.
    return Replicator.pullAliases(dataset).isEmpty() && dataset.kind() == DatasetKind.DERIVATIVE;
  }

  /// The datasets with all that they are made of, which comes before them; without what nothing can
  /// be pulled of.
  static List<Dataset> withInputs(Workspace workspace, List<Dataset> datasets) {
    List<Dataset> ordered = new ArrayList<>();
    List<DatasetId> seen = new ArrayList<>();
    for (Dataset dataset : datasets) {
      collect(workspace, dataset, ordered, seen);
    }
    return ordered;
  }

  private static void collect(
      Workspace workspace, Dataset dataset, List<Dataset> ordered, List<DatasetId> seen) {
    if (seen.contains(dataset.id())) {
      return;
    }
    seen.add(dataset.id());
    boolean isOne = isOne(dataset);
    SetTransform transform = isOne ? dataset.state().transform() : null;
    if (transform != null) {
      for (TransformInput input : transform.inputs()) {
        Optional<Dataset> found = workspace.find(DatasetId.parse(input.datasetRef()));
        found.ifPresent(one -> collect(workspace, one, ordered, seen));
      }
    }
    if (isOne || !Replicator.pullAliases(dataset).isEmpty()) {
      ordered.add(dataset);
    }
  }

  /// Brings one up to date.
  TransferReport run(Dataset dataset) {
    try {
      try {
        return report(dataset);
      } catch (CatchwaterException e) {
        if (e.code() != ErrorCode.DIVERGED || !resetsDiverged) {
          throw e;
        }
      }
      transforms.forget(dataset, wait);
      return report(dataset);
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "The transform of " + dataset.name() + " could not be run: " + e.getMessage())
          .withCause(e);
    }
  }

  private TransferReport report(Dataset dataset) throws IOException {
    Transforms.Outcome outcome = transforms.run(dataset, wait);
    Maintenance how = outcome.maintenance();
    if (how != null) {
      session
          .console()
          .say(
              dataset.name()
                  + ": "
                  + Humanized.grouped(outcome.rows())
                  + " new row(s), "
                  + how.word()
                  + ": "
                  + how.why());
    }
    return new TransferReport(
        dataset.name(), outcome.isUpdated() ? 1 : 0, outcome.bytes(), false, 0);
  }
}
