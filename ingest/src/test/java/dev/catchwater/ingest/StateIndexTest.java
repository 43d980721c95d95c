package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The index of states where it has several runs: what a small new one says of keys of a large old
/// one.
class StateIndexTest {
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 50_000);

  private static PushFixture fixture(String merge) {
    return PushFixture.of(
        PushFixture.manifest(
            "{kind: NdJson, ddlSchema: [\"op INT\", \"id BIGINT\", \"v BIGINT\"]}", merge),
        LIMITS);
  }

  private static String rows(int op, int from, int to, int value) {
    StringBuilder rows = new StringBuilder();
    for (int id = from; id < to; id++) {
      rows.append("{\"op\":").append(op).append(",\"id\":").append(id);
      rows.append(",\"v\":").append(value).append("}\n");
    }
    return rows.toString();
  }

  @Test
  void aRetractionHidesTheKeyInAnOlderRun() {
    PushFixture fixture = fixture("{kind: UpsertStream, primaryKey: [id]}");
    fixture.push(rows(0, 0, 3_000, 1));
    assertThat(fixture.push(rows(1, 5, 7, 0)).counts().retracted()).isEqualTo(2);
    assertThat(fixture.push(rows(1, 5, 7, 0)).counts().ignored()).isEqualTo(2);
    assertThat(fixture.push(rows(0, 5, 7, 1)).counts()).isEqualTo(PushCounts.ofAdded(2));
    assertThat(fixture.push(rows(0, 5, 7, 1)).counts().duplicate()).isEqualTo(2);
    assertThat(fixture.push(rows(3, 5, 7, 2)).counts().corrected()).isEqualTo(2);
    assertThat(fixture.lastRows())
        .extracting(row -> row.substring(row.lastIndexOf('|')))
        .containsExactly("|5 1", "|5 2", "|6 1", "|6 2");
  }

  @Test
  void theFilesOfOnePushSeeEachOther() {
    PushFixture fixture = fixture("{kind: UpsertStream, primaryKey: [id]}");
    fixture.push(rows(0, 0, 3_000, 1));
    PushReport report =
        fixture.push(rows(1, 10, 20, 0), rows(0, 15, 16, 1), rows(3, 2_999, 3_001, 4));
    assertThat(report.counts()).isEqualTo(new PushCounts(2, 1, 10, 0, 0, 0, 0));
    assertThat(fixture.push(rows(0, 10, 20, 1)).counts())
        .isEqualTo(new PushCounts(9, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void aSnapshotSeesThroughSeveralRuns() {
    PushFixture fixture =
        PushFixture.of(
            PushFixture.manifest(
                "{kind: NdJson, ddlSchema: [\"id BIGINT\", \"v BIGINT\"]}",
                "{kind: Snapshot, primaryKey: [id]}"),
            LIMITS);
    String state = rows(0, 0, 3_000, 1).replace("\"op\":0,", "");
    fixture.push(state);
    String without = state.replace("{\"id\":7,\"v\":1}\n", "");
    assertThat(fixture.push(without).counts().retracted()).isEqualTo(1);
    assertThat(fixture.push(without).counts().duplicate()).isEqualTo(2_999);
    assertThat(fixture.push(state).counts()).isEqualTo(new PushCounts(1, 0, 0, 2_999, 0, 0, 0));
    assertThat(fixture.push(state).counts().duplicate()).isEqualTo(3_000);
  }
}
