package dev.catchwater.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void open() {
    Workspace workspace = Workspace.init(new LocalDisk(), folder);
    dataset =
        workspace
            .create(
                List.of(
                    new DatasetSnapshot(
                        DatasetName.parse("gps"), null, DatasetKind.ROOT, List.of())),
                NOW,
                new SplittableRandom(1))
            .getFirst();
  }

  private List<Finding> findings(Disk disk) {
    return Checkup.of(Workspace.find(disk, folder, null), NOW, false);
  }

  private static Finding about(List<Finding> findings, String subject) {
    return findings.stream().filter(one -> one.subject().equals(subject)).findFirst().orElseThrow();
  }

  @Test
  void aWriterThatRunsIsNamedAndNothingElseIsLookedAt() {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      assertThat(writer.state().blockCount()).isEqualTo(1);
      Finding finding = about(findings(new LocalDisk()), "gps");
      assertThat(finding.level()).isEqualTo(Finding.Level.NOTICE);
      assertThat(finding.text()).contains("writes it");
    }
    assertThat(about(findings(new LocalDisk()), "gps").level()).isEqualTo(Finding.Level.OK);
  }

  @Test
  void aLockOfAProcessThatIsNotThereIsAProblem() {
    Finding finding = about(findings(new HeldLocks("process 999999999")), "gps");
    assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);
    assertThat(finding.text()).contains("process 999999999", "does not run here");
    Finding alive =
        about(findings(new HeldLocks("process " + ProcessHandle.current().pid())), "gps");
    assertThat(alive.level()).isEqualTo(Finding.Level.NOTICE);
  }

  @Test
  void aDiskThatCannotSyncIsAProblem() {
    Disk failing =
        new HeldLocks("") {
          @Override
          public void syncDirectory(Path at) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    Finding finding = about(findings(failing), "sync");
    assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);
    assertThat(finding.text()).contains("Input/output error");
  }

  @Test
  void aWorkspaceThatOthersCanReadIsNoticed() throws IOException {
    Path root = folder.resolve(".catchwater");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Finding finding = about(findings(new LocalDisk()), "workspace");
    assertThat(finding.level()).isEqualTo(Finding.Level.NOTICE);
    assertThat(finding.mend()).isEqualTo("chmod 700 '" + root + "'");
  }

  @Test
  void figuresAreJudged() {
    List<Finding> findings = new ArrayList<>();
    Workspace workspace = Workspace.find(new LocalDisk(), folder, null);
    MachineChecks checks = new MachineChecks(workspace, findings);
    checks.java(24, "24.0.2");
    checks.java(25, "25");
    checks.freeSpace(50L << 20);
    checks.freeSpace(500L << 20);
    checks.freeSpace(50L << 30);
    checks.sync(2_000);
    checks.sync(2_000_000);
    checks.sync(2_000_000_000);
    checks.clock(Instant.EPOCH);
    checks.clock(NOW);
    assertThat(findings)
        .extracting(finding -> finding.level().text())
        .containsExactly(
            "problem", "ok", "problem", "notice", "ok", "notice", "ok", "notice", "problem", "ok");
    assertThat(findings)
        .filteredOn(finding -> finding.level() != Finding.Level.OK)
        .allSatisfy(finding -> assertThat(finding.mend()).isNotNull());
  }

  /// This machine's disk, on which every lock of a dataset is held by someone else.
  private static class HeldLocks extends ForwardingDisk {
    private final String holder;

    HeldLocks(String holder) {
      super(new LocalDisk());
      this.holder = holder;
    }

    @Override
    public Optional<DiskLock> lock(Path lockFile, Duration wait, Consumer<String> waiting)
        throws IOException {
      if (holder.isEmpty()) {
        return super.lock(lockFile, wait, waiting);
      }
      waiting.accept(holder);
      return Optional.empty();
    }
  }
}
