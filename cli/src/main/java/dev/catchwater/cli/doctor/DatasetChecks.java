package dev.catchwater.cli.doctor;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.record.HeadRegister;
import dev.catchwater.storage.verify.Salvage;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.storage.verify.VerifyReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Looks at one dataset after the other: the head, the cache, the writer, what nothing refers to.
final class DatasetChecks {
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
  private static final String PROCESS = "process ";

  private final List<Finding> findings;
  private final Instant now;
  private final boolean verifies;

  DatasetChecks(List<Finding> findings, Instant now, boolean verifies) {
    this.findings = findings;
    this.now = now;
    this.verifies = verifies;
  }

  void run(Dataset dataset) {
    String name = dataset.name().toString();
    ChainState state;
    try {
      state = dataset.state();
    } catch (CatchwaterException e) {
      findings.add(Finding.problem(name, e, mend(dataset)));
      return;
    }
    int before = findings.size();
    clock(name, state);
    rollback(dataset);
    if (!writer(dataset)) {
      garbage(dataset);
    }
    if (verifies) {
      verify(dataset);
    }
    if (findings.size() == before) {
      boolean isCached = dataset.lastKnownHead().filter(state.head()::equals).isPresent();
      findings.add(
          Finding.ok(
              name,
              Humanized.grouped(state.blockCount())
                  + " blocks, "
                  + Humanized.grouped(state.rowCount())
                  + " rows"
                  + (isCached ? "" : "; its cache is made anew by the next command")));
    }
  }

  private static String mend(Dataset dataset) {
    if (!Aliases.of(dataset).pull().isEmpty()) {
      return "catchwater pull " + dataset.name() + " --force";
    }
    Optional<HashedBlock> sound = Salvage.lastSoundBlock(dataset);
    return sound.isPresent()
        ? "catchwater reset " + dataset.name() + " " + sound.get().hash()
        : "no block of it is whole: catchwater pull <address of a copy> --as "
            + dataset.name()
            + " --force";
  }

  private void rollback(Dataset dataset) {
    Multihash lost = HeadRegister.lost(dataset);
    if (lost != null) {
      findings.add(
          new Finding(
              Finding.Level.PROBLEM,
              dataset.name().toString(),
              "its history does not have block "
                  + lost
                  + ", which was its head: it was rolled back, or replaced",
              "put the newer history back, or: catchwater doctor --accept-rollback "
                  + dataset.name()));
    }
  }

  private void clock(String name, ChainState state) {
    if (state.systemTime().isAfter(now.plus(CLOCK_TOLERANCE))) {
      findings.add(
          Finding.notice(
              name,
              "Its last block was made at "
                  + state.systemTime()
                  + ", which is still to come: new rows get that time until then",
              "set the clock: timedatectl set-ntp true"));
    }
  }

  /// Whether somebody writes it now.
  private boolean writer(Dataset dataset) {
    Optional<String> writer = dataset.findWriter();
    if (writer.isEmpty()) {
      return false;
    }
    String name = dataset.name().toString();
    String holder = writer.get();
    if (isGone(holder)) {
      findings.add(
          Finding.problem(
              name,
              "It is locked by "
                  + holder
                  + ", which does not run here: another machine writes into this folder, or its"
                  + " file system keeps locks of the dead",
              "end that process where it runs, or mount the file system again"));
    } else {
      findings.add(Finding.notice(name, holder + " writes it, the rest was not looked at", null));
    }
    return true;
  }

  private static boolean isGone(String holder) {
    if (!holder.startsWith(PROCESS)) {
      return false;
    }
    try {
      long pid = Long.parseLong(holder.substring(PROCESS.length()).strip());
      return ProcessHandle.of(pid).isEmpty();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void garbage(Dataset dataset) {
    String name = dataset.name().toString();
    try {
      Dataset.Garbage report = dataset.findGarbage(LockWait.none());
      if (!report.objects().isEmpty()) {
        findings.add(
            Finding.notice(
                name,
                Humanized.grouped(report.objects().size())
                    + " file(s), "
                    + Humanized.dataSize(report.bytes())
                    + " that its history does not lead to",
                "catchwater system gc " + name));
      }
      if (!report.unknown().isEmpty()) {
        findings.add(
            Finding.notice(
                name,
                Humanized.grouped(report.unknown().size())
                    + " file(s) that are not ours, such as "
                    + report.unknown().get(0),
                null));
      }
      if (dataset.hasUnsealedRows()) {
        findings.add(Finding.notice(name, "It has rows that are in no slice yet", null));
      }
    } catch (CatchwaterException e) {
      findings.add(Finding.problem(name, e, mend(dataset)));
    }
  }

  private void verify(Dataset dataset) {
    Verifier verifier = new Verifier(Math.max(1, Runtime.getRuntime().availableProcessors()));
    VerifyReport report = verifier.verify(dataset, TransferListener.NONE);
    for (CatchwaterException problem : report.problems()) {
      findings.add(Finding.problem(dataset.name().toString(), problem, mend(dataset)));
    }
    try {
      HotRows.of(dataset);
    } catch (CatchwaterException e) {
      findings.add(Finding.problem(dataset.name().toString(), e, null));
    }
  }
}
