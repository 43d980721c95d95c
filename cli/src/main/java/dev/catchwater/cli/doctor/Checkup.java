package dev.catchwater.cli.doctor;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Repositories;
import dev.catchwater.storage.Workspace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// All checks of a workspace, each of which ends in findings and never in an exception. Nothing is
/// changed, but for a small file that is made and deleted again.
public final class Checkup {
  private Checkup() {}

  /// Runs the checks.
  ///
  /// @param verifies whether every slice is read and checked too
  public static List<Finding> of(Workspace workspace, Instant now, boolean verifies) {
    List<Finding> findings = new ArrayList<>();
    new MachineChecks(workspace, findings).run(now);
    repositories(workspace, findings);
    DatasetChecks datasets = new DatasetChecks(findings, now, verifies);
    boolean anyWriter = false;
    for (Dataset dataset : workspace.list()) {
      try {
        anyWriter |= dataset.findWriter().isPresent();
        datasets.run(dataset);
      } catch (CatchwaterException e) {
        findings.add(Finding.problem(dataset.name().toString(), e, null));
      }
    }
    if (!anyWriter) {
      leftovers(workspace, findings);
    }
    return findings;
  }

  private static void repositories(Workspace workspace, List<Finding> findings) {
    try {
      new Repositories(workspace).list();
    } catch (CatchwaterException e) {
      findings.add(
          Finding.problem("repositories", e, "delete the file and name the repository anew"));
    }
  }

  /// What lies in `run/` while nobody writes was left by a command that was killed.
  private static void leftovers(Workspace workspace, List<Finding> findings) {
    for (Path path : workspace.leftovers()) {
      findings.add(
          Finding.notice(
              "leftovers",
              path + " was left by a command that was killed; it is harmless",
              "catchwater system gc"));
    }
  }
}
