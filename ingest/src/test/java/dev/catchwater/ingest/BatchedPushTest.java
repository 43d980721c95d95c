package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.SimDisk;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Pushes that are committed every so many rows, and who may write while a push waits for input.
class BatchedPushTest {
  private static final String READ = "{kind: NdJson, ddlSchema: [\"id BIGINT NOT NULL\"]}";

  private static PushFixture append() {
    return PushFixture.of(PushFixture.manifest(READ, "{kind: Append}"));
  }

  private static PushFixture ledger() {
    return PushFixture.of(PushFixture.manifest(READ, "{kind: Ledger, primaryKey: [id]}"));
  }

  private static String rows(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int id = from; id <= to; id++) {
      lines.append("{\"id\":").append(id).append("}\n");
    }
    return lines.toString();
  }

  private static List<Long> ids(PushFixture fixture) {
    return fixture.rows().stream()
        .map(row -> Long.valueOf(row.substring(row.lastIndexOf('|') + 1)))
        .toList();
  }

  private static List<Long> slices(PushFixture fixture) {
    List<Long> counts = new ArrayList<>();
    fixture.dataset().slicesFromEnd().forEach(slice -> counts.addFirst(slice.rowCount()));
    return counts;
  }

  private static List<Long> upTo(long last) {
    List<Long> ids = new ArrayList<>();
    for (long id = 1; id <= last; id++) {
      ids.add(id);
    }
    return ids;
  }

  @Test
  void BAD60_everyBatchIsAPushOfItsOwn() {
    PushFixture fixture = append();
    PushReport report = fixture.push(fixture.request(rows(1, 25)).withBatchRows(10));
    assertThat(slices(fixture)).containsExactly(10L, 10L, 5L);
    assertThat(ids(fixture)).isEqualTo(upTo(25));
    assertThat(report.outcome()).isEqualTo(PushOutcome.UPDATED);
    assertThat(report.commitCount()).isEqualTo(3);
    assertThat(report.blockCount()).isEqualTo(4);
    assertThat(report.rowsRead()).isEqualTo(25);
    assertThat(report.bytesRead()).isEqualTo(rows(1, 25).length());
    assertThat(report.counts()).isEqualTo(PushCounts.ofAdded(25));
    assertThat(report.offsets()).isEqualTo(new PushReport.Offsets(0, 24));
    assertThat(report.head()).isEqualTo(fixture.dataset().head()).isEqualTo(report.block());
  }

  @Test
  void aLastBatchWithoutRowsIsNoCommit() {
    PushFixture fixture = append();
    PushReport report = fixture.push(fixture.request(rows(1, 20)).withBatchRows(10));
    assertThat(slices(fixture)).containsExactly(10L, 10L);
    assertThat(report.commitCount()).isEqualTo(2);
  }

  @Test
  void anEmptyInputIsAsWithoutBatches() {
    PushFixture fixture = append();
    PushRequest nothing = fixture.request("").withBatchRows(10);
    assertThat(fixture.push(nothing).outcome()).isEqualTo(PushOutcome.UPDATED);
    assertThat(fixture.schema()).contains("id: Int64!");
    PushReport again = fixture.push(nothing);
    assertThat(again.outcome()).isEqualTo(PushOutcome.UP_TO_DATE);
    assertThat(again.commitCount()).isZero();
  }

  @Test
  void everyFormatIsCutAtTheSameRows() {
    IntFunction<String> csv = count -> String.join("\n", ids(count));
    IntFunction<String> json = count -> "[" + rows(1, count).strip().replace("\n", ",") + "]";
    for (int count : new int[] {1, 6, 7, 8, 21, 22}) {
      PushFixture fixture = append();
      PushFixture ofCsv = append();
      PushFixture ofJson = append();
      fixture.push(fixture.request(rows(1, count)).withBatchRows(7));
      ofCsv.push(ofCsv.request(csv.apply(count)).withInputFormat(InputFormat.CSV).withBatchRows(7));
      ofJson.push(
          ofJson.request(json.apply(count)).withInputFormat(InputFormat.JSON).withBatchRows(7));
      assertThat(slices(fixture)).hasSize((count + 6) / 7);
      assertThat(ids(fixture)).isEqualTo(upTo(count));
      for (PushFixture other : List.of(ofCsv, ofJson)) {
        assertThat(slices(other)).isEqualTo(slices(fixture));
        assertThat(other.rows()).isEqualTo(fixture.rows());
      }
    }
  }

  private static List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    upTo(count).forEach(id -> ids.add(id.toString()));
    return ids;
  }

  @Test
  void batchesLargerThanAReadersAreWhole() {
    PushFixture fixture = append();
    PushReport report = fixture.push(fixture.request(rows(1, 80_000)).withBatchRows(33_000));
    assertThat(slices(fixture)).containsExactly(33_000L, 33_000L, 14_000L);
    assertThat(ids(fixture)).isEqualTo(upTo(80_000));
    assertThat(report.rowsRead()).isEqualTo(80_000);
  }

  @Test
  void BAD60_aRefusedBatchLeavesThoseBeforeItAndSaysWhereToGoOn() {
    PushFixture fixture = append();
    String input = rows(1, 24) + "{\"id\":\"x\"}\n{\"id\":\"y\"}\n" + rows(27, 40);
    CatchwaterException e =
        catchThrowableOfType(
            CatchwaterException.class,
            () -> fixture.push(fixture.request(input).withBatchRows(10)));
    assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA);
    assertThat(e.getMessage())
        .contains("2 rows cannot be taken, their batch is not written")
        .contains("the batches before it stay: 20 rows in 2 commits")
        .contains("push the rest again, from row 21 on");
    assertThat(e.details()).hasSize(2);
    assertThat(e.details().getFirst().getMessage()).contains("line 25");
    assertThat(ids(fixture)).isEqualTo(upTo(20));
    fixture.push(fixture.request(rows(21, 40)).withBatchRows(10));
    assertThat(ids(fixture)).isEqualTo(upTo(40));
  }

  @Test
  void aRefusedFirstBatchLeavesNothing() {
    PushFixture fixture = append();
    String input = rows(1, 4) + "{\"id\":null}\n";
    assertThatThrownBy(() -> fixture.push(fixture.request(input).withBatchRows(10)))
        .hasMessageContaining("line 5")
        .hasMessageNotContaining("batches before");
    assertThat(fixture.schema()).isEqualTo("none");
  }

  @Test
  void aFileThatCannotBeOpenedDoesNotTakeBackTheOneBeforeIt() {
    PushFixture fixture = append();
    List<PushInput> inputs =
        List.of(
            PushInput.bytes("a.json", bytes(rows(1, 3))),
            PushInput.bytes("b.json", bytes("not json")));
    assertThatThrownBy(
            () -> fixture.push(PushRequest.of(fixture.dataset(), inputs).withBatchRows(2)))
        .hasMessageContaining("b.json")
        .hasMessageContaining("3 rows in 2 commits")
        .hasMessageContaining("from row 1 of b.json on");
    assertThat(ids(fixture)).isEqualTo(upTo(3));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aKeyIsKnownInTheNextBatch() {
    PushFixture fixture = ledger();
    PushReport report =
        fixture.push(fixture.request(rows(1, 5) + rows(1, 6) + rows(4, 8)).withBatchRows(5));
    assertThat(ids(fixture)).isEqualTo(upTo(8));
    assertThat(report.counts()).isEqualTo(new PushCounts(8, 0, 0, 8, 0, 0, 0));
    assertThat(report.offsets()).isEqualTo(new PushReport.Offsets(0, 7));
  }

  @Test
  void conflictsAndIgnoredFieldsAreCountedOverAllBatches() {
    String read = "{kind: NdJson, ddlSchema: [\"id BIGINT NOT NULL\", \"v BIGINT\"]}";
    PushFixture fixture =
        PushFixture.of(PushFixture.manifest(read, "{kind: Ledger, primaryKey: [id]}"));
    String input =
        """
        {"id":1,"v":1,"x":0}
        {"id":2,"v":1}
        {"id":3,"v":1,"x":0}
        {"id":1,"v":2,"x":0}
        """;
    PushReport report = fixture.push(fixture.request(input).withBatchRows(3));
    assertThat(report.conflicts()).containsExactly(new PushReport.Conflict(null, 4, "{\"id\":1}"));
    assertThat(report.ignoredFields()).containsEntry("x", 3L).hasSize(1);
  }

  @Test
  void aDryRunTakesNoNoticeOfBatches() {
    PushFixture fixture = append();
    PushReport report = fixture.push(fixture.request(rows(1, 9)).withBatchRows(2).withDryRun(true));
    assertThat(report.counts()).isEqualTo(PushCounts.ofAdded(9));
    assertThat(report.dryRun()).isTrue();
    assertThat(fixture.schema()).isEqualTo("none");
  }

  @Test
  void aSnapshotIsNotPushedInPieces() {
    PushFixture fixture =
        PushFixture.of(PushFixture.manifest(READ, "{kind: Snapshot, primaryKey: [id]}"));
    assertThatThrownBy(() -> fixture.push(fixture.request(rows(1, 2)).withBatchRows(1)))
        .hasMessageContaining("merges by Snapshot");
  }

  @Test
  void othersWriteWhileABatchIsWaitedFor() {
    PushFixture fixture = append();
    Script input =
        new Script()
            .then(rows(1, 2))
            .then(() -> pushAtOnce(fixture, rows(3, 3)), rows(4, 4))
            .then(() -> assertThat(ids(fixture)).isEqualTo(upTo(3)), rows(5, 6));
    PushRequest request = PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input)));
    PushReport report = fixture.push(request.withBatchRows(2));
    assertThat(ids(fixture)).isEqualTo(upTo(6));
    assertThat(report.commitCount()).isEqualTo(3);
    assertThat(report.counts()).isEqualTo(PushCounts.ofAdded(5));
  }

  @Test
  void aSourceThatChangesBetweenBatchesEndsThePush() {
    PushFixture fixture = append();
    AddPushSource source =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    Runnable change =
        () ->
            fixture.commit(
                new AddPushSource(
                    "default", source.read(), null, new MergeStrategy.Ledger(List.of("id"))));
    Script input = new Script().then(rows(1, 2)).then(change, rows(3, 4));
    PushRequest request = PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input)));
    assertThatThrownBy(() -> fixture.push(request.withBatchRows(2)))
        .hasMessageContaining("Source 'default' was changed while its rows were read")
        .hasMessageContaining("from row 3 on");
    assertThat(ids(fixture)).isEqualTo(upTo(2));
  }

  @Test
  void aDiskThatFailsInALaterBatchTakesNothingBack() {
    int failed = 0;
    for (int call = 1; call <= 60; call++) {
      PushFixture fixture = append();
      SimDisk disk = (SimDisk) fixture.disk();
      int at = call;
      Runnable fill = () -> disk.faultAt(disk.calls() + at, Fault.NO_SPACE);
      Script input = new Script().then(rows(1, 2)).then(fill, rows(3, 4));
      PushRequest request =
          PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input)));
      try {
        fixture.push(request.withBatchRows(2));
        assertThat(ids(fixture)).isEqualTo(upTo(4));
      } catch (CatchwaterException e) {
        failed++;
        assertThat(e.getMessage())
            .contains("2 rows in 1 commits", "from row 3 on")
            .doesNotContain("nothing was changed");
        if (e.code() != ErrorCode.COMMIT_UNKNOWN) {
          assertThat(ids(fixture)).isEqualTo(upTo(2));
        }
      }
    }
    assertThat(failed).isPositive();
  }

  @Test
  void othersWriteWhileAPushWaitsForItsInput() {
    PushFixture fixture = append();
    Script input =
        new Script()
            .then(() -> pushAtOnce(fixture, rows(1, 1)), rows(3, 3))
            .then(() -> pushAtOnce(fixture, rows(2, 2)), rows(4, 4));
    fixture.push(PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input))));
    assertThat(ids(fixture)).isEqualTo(upTo(4));
    assertThat(slices(fixture)).containsExactly(1L, 1L, 2L);
  }

  @Test
  void aLongInputThatComesSlowlyIsReadBeforeTheLock() {
    PushFixture fixture = append();
    String megabyte = rows(2, 200_000);
    assertThat(megabyte.length()).isGreaterThan(EarlyRead.BYTES_MAX + (1 << 20));
    Script input =
        new Script()
            .then(megabyte.substring(0, 100))
            .then(() -> waitFor(Duration.ofMillis(80)), megabyte.substring(100))
            .then(() -> pushAtOnce(fixture, rows(1, 1)), rows(200_001, 200_001));
    fixture.push(PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input))));
    assertThat(fixture.dataset().state().rowCount()).isEqualTo(200_001);
    assertThat(slices(fixture)).containsExactly(1L, 200_000L);
    assertThat(input.isClosed).isTrue();
  }

  @Test
  void whatIsSlowerThanAFileIsSlow() {
    assertThat(EarlyRead.isSlow(EarlyRead.BYTES_MAX, 80_000_000)).isTrue();
    assertThat(EarlyRead.isSlow(EarlyRead.BYTES_MAX, 10_000_000)).isFalse();
    assertThat(EarlyRead.isSlow(EarlyRead.BYTES_MAX, 0)).isFalse();
  }

  private static void waitFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aWrongSourceIsSaidBeforeInputIsWaitedFor() {
    PushFixture fixture = append();
    Script input =
        new Script()
            .then(
                () -> {
                  throw new AssertionError("the input was read");
                },
                "");
    PushRequest request = PushRequest.of(fixture.dataset(), List.of(PushInput.stream(null, input)));
    assertThatThrownBy(() -> fixture.push(request.withSourceName("nope")))
        .hasMessageContaining("Source 'nope' not found");
    assertThat(input.isClosed).isTrue();
  }

  private static void pushAtOnce(PushFixture fixture, String rows) {
    fixture.push(fixture.request(rows).withLockWait(Duration.ZERO));
  }

  /// An input that comes piece by piece, with something happening before each.
  private static final class Script extends InputStream {
    private record Step(Runnable before, byte[] bytes) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private byte[] bytes = {};
    private int position;
    private boolean isClosed;

    Script then(String text) {
      return then(() -> {}, text);
    }

    Script then(Runnable before, String text) {
      steps.add(new Step(before, BatchedPushTest.bytes(text)));
      return this;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      while (position == bytes.length) {
        Step step = steps.poll();
        if (step == null) {
          return -1;
        }
        step.before().run();
        bytes = step.bytes();
        position = 0;
      }
      int count = Math.min(length, bytes.length - position);
      System.arraycopy(bytes, position, into, offset, count);
      position += count;
      return count;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
