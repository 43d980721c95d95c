package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.LockWait;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The key index as a push sees it: what it costs, and that it is only a cache.
class PushIndexTest {
  private static final String LEDGER =
      PushFixture.manifest(
          "{kind: NdJson, ddlSchema: [\"id BIGINT\", \"v BIGINT\"]}",
          "{kind: Ledger, primaryKey: [id]}");
  private static final PushLimits LIMITS = new PushLimits(8 << 20, 50_000);

  private static String rows(int from, int to) {
    StringBuilder rows = new StringBuilder();
    for (int id = from; id < to; id++) {
      rows.append("{\"id\":").append(id).append(",\"v\":1}\n");
    }
    return rows.toString();
  }

  private static String keysFolder(PushFixture fixture) throws IOException {
    for (String name : fixture.disk().list(fixture.dataset().indexFolder())) {
      if (name.startsWith("keys-")) {
        return name;
      }
    }
    throw new AssertionError("no index");
  }

  @Test
  void aPushOfOneRowCostsTheSameHoweverManyKeysThereAre() {
    long small = callsOfOneRow(100);
    long large = callsOfOneRow(60_000);
    assertThat(large).isLessThanOrEqualTo(small + 12);
  }

  private static long callsOfOneRow(int keys) {
    PushFixture fixture = PushFixture.of(LEDGER, LIMITS);
    fixture.push(rows(0, keys));
    fixture.push(rows(keys, keys + 1));
    long before = ((SimDisk) fixture.disk()).calls();
    assertThat(fixture.push(rows(keys + 1, keys + 2)).counts()).isEqualTo(PushCounts.ofAdded(1));
    return ((SimDisk) fixture.disk()).calls() - before;
  }

  @Test
  void theNumberOfFilesStaysSmall() throws IOException {
    PushFixture fixture = PushFixture.of(LEDGER, LIMITS);
    for (int i = 0; i < 300; i++) {
      fixture.push(rows(i * 5, i * 5 + 6));
    }
    Path folder = fixture.dataset().indexFolder().resolve(keysFolder(fixture));
    assertThat(fixture.disk().list(folder)).hasSizeLessThan(6);
    assertThat(fixture.rows()).hasSize(1_501);
  }

  @Test
  void T29_anIndexAheadOfACutChainIsBuiltAnew() throws IOException {
    PushFixture fixture = PushFixture.of(LEDGER, LIMITS);
    fixture.push(rows(0, 10));
    Multihash before = fixture.dataset().head();
    fixture.push(rows(10, 20));
    Path head = fixture.dataset().folder().resolve("refs/head");
    fixture.disk().delete(head);
    try (DiskFile file = fixture.disk().create(head)) {
      byte[] text = before.toString().getBytes(StandardCharsets.ISO_8859_1);
      file.write(text, 0, text.length, 0);
    }
    fixture.dataset().acceptRollback(PushFixture.SYSTEM_TIME, LockWait.none());
    assertThat(fixture.push(rows(5, 15)).counts()).isEqualTo(new PushCounts(5, 0, 0, 5, 0, 0, 0));
    assertThat(fixture.rows()).hasSize(15);
  }

  @Test
  void T29_theIndexOfAnotherDatasetIsNotBelieved() throws IOException {
    PushFixture other = PushFixture.of(LEDGER, LIMITS, 2);
    other.push(rows(0, 1_000));
    PushFixture fixture = PushFixture.of(LEDGER, LIMITS);
    fixture.push(rows(500, 600));
    Path from = other.dataset().indexFolder().resolve(keysFolder(other));
    Path to = fixture.dataset().indexFolder().resolve(keysFolder(fixture));
    copy(other.disk(), from, fixture.disk(), to);
    assertThat(fixture.push(rows(0, 1_000)).counts())
        .isEqualTo(new PushCounts(900, 0, 0, 100, 0, 0, 0));
  }

  @Test
  void T29_anIndexThatCannotBeWrittenDoesNotFailThePush() {
    for (long call = 0; call < 400; call++) {
      PushFixture fixture = PushFixture.of(LEDGER, LIMITS);
      fixture.push(rows(0, 10));
      SimDisk disk = (SimDisk) fixture.disk();
      Multihash head = fixture.dataset().head();
      long first = disk.calls();
      disk.faultAt(first + call, Fault.IO_ERROR);
      boolean isDone;
      try {
        fixture.push(rows(5, 12));
        isDone = true;
      } catch (CatchwaterException e) {
        // The head was swapped, only its sync failed.
        isDone = e.code() == ErrorCode.COMMIT_UNKNOWN;
      }
      if (disk.calls() < first + call) {
        assertThat(isDone).isTrue();
        return;
      }
      boolean isCommitted = !fixture.dataset().head().equals(head);
      assertThat(isCommitted).as("call %d", call).isEqualTo(isDone);
      fixture.push(rows(0, 12));
      assertThat(fixture.rows()).as("call %d", call).hasSize(12);
    }
    throw new AssertionError("a push of two rows takes more than 400 calls");
  }

  private static void copy(Disk from, Path source, Disk to, Path target) throws IOException {
    for (String name : to.list(target)) {
      to.delete(target.resolve(name));
    }
    for (String name : from.list(source)) {
      byte[] bytes = from.readAll(source.resolve(name));
      try (DiskFile file = to.create(target.resolve(name))) {
        file.write(bytes, 0, bytes.length, 0);
      }
    }
  }
}
