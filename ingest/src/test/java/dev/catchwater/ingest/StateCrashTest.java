package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pushes by key, cut at disk calls: afterwards the dataset has the rows of before or after the
/// push that was cut, and whatever became of its index, the pushes after it store what they should.
class StateCrashTest {
  // So little that rows, hashed keys and index entries all go through files.
  private static final PushLimits LIMITS = new PushLimits(256, 3);
  private static final int STRIDE = Tier.pick(7, 1);
  private static final String COLUMNS = "\"id BIGINT\", \"v BIGINT\"";

  private static final List<String> SNAPSHOTS =
      List.of(
          rows("1 1", "2 1", "3 1", "4 1", "5 1", "6 1", "7 1"),
          rows("7 2", "2 1", "4 3", "5 1", "8 1", "9 1"),
          rows("1 9", "2 1", "4 3", "8 2"),
          rows("1 9", "2 1", "5 5", "8 2", "10 1"));
  private static final List<String> UPSERTS =
      List.of(
          rows("1 1", "2 1", "3 1", "4 1", "5 1", "6 1", "7 1"),
          rows("7 2", "2 1", "9 1").replace("}", ",\"op\":0}")
              + rows("4 0").replace("}", ",\"op\":1}"),
          rows("4 4", "9 2", "1 1", "3 8"),
          rows("4 5", "9 2", "11 1"));

  private static String rows(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      int space = row.indexOf(' ');
      text.append("{\"id\":").append(row, 0, space);
      text.append(",\"v\":").append(row.substring(space + 1)).append("}\n");
    }
    return text.toString();
  }

  private static String manifest(boolean isUpsert) {
    return isUpsert
        ? PushFixture.manifest(
            "{kind: NdJson, ddlSchema: [\"op INT\", " + COLUMNS + "]}",
            "{kind: UpsertStream, primaryKey: [id]}")
        : PushFixture.manifest(
            "{kind: NdJson, ddlSchema: [" + COLUMNS + "]}", "{kind: Snapshot, primaryKey: [id]}");
  }

  /// A row without `op` in an upsert source would say nothing.
  private static List<String> script(boolean isUpsert) {
    List<String> script = new ArrayList<>();
    for (String push : isUpsert ? UPSERTS : SNAPSHOTS) {
      script.add(isUpsert && !push.contains("\"op\"") ? push.replace("}", ",\"op\":3}") : push);
    }
    return script;
  }

  @ParameterizedTest
  @EnumSource
  void T03_aCutSnapshotPushLeavesTheRowsOfBeforeOrAfter(SimDisk.Mode mode) {
    cutEverywhere(mode, false);
  }

  @ParameterizedTest
  @EnumSource
  void T03_aCutUpsertPushLeavesTheRowsOfBeforeOrAfter(SimDisk.Mode mode) {
    cutEverywhere(mode, true);
  }

  private static void cutEverywhere(SimDisk.Mode mode, boolean isUpsert) {
    List<String> script = script(isUpsert);
    List<List<String>> states = statesWithoutCut(mode, isUpsert, script);
    assertThat(states.getLast()).hasSizeGreaterThan(15);
    boolean wasCut = true;
    int cuts = 0;
    for (long call = 1; wasCut; call += STRIDE) {
      SimDisk disk = new SimDisk(mode, call);
      PushFixture fixture = PushFixture.of(disk, manifest(isUpsert), LIMITS, 1);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      int done = run(fixture, script, 0);
      wasCut = done < script.size();
      for (SimDisk image : List.of(disk.restartAfterKill(), disk.restartAfterPowerCut())) {
        check(image, script, states, done, mode + ", call " + call);
        cuts++;
      }
    }
    System.out.println("T03 states mode=" + mode + " images=" + cuts + " lost=0 dup=0");
    assertThat(cuts).isGreaterThan(400 / STRIDE);
  }

  private static List<List<String>> statesWithoutCut(
      SimDisk.Mode mode, boolean isUpsert, List<String> script) {
    PushFixture fixture = PushFixture.of(new SimDisk(mode, 0), manifest(isUpsert), LIMITS, 1);
    List<List<String>> states = new ArrayList<>();
    states.add(fixture.rows());
    for (String push : script) {
      fixture.push(push);
      states.add(fixture.rows());
    }
    return states;
  }

  private static int run(PushFixture fixture, List<String> script, int from) {
    int done = from;
    try {
      while (done < script.size()) {
        fixture.push(script.get(done));
        done++;
      }
    } catch (PowerCut e) {
      return done;
    }
    return done;
  }

  private static void check(
      SimDisk image, List<String> script, List<List<String>> states, int done, String what) {
    PushFixture fixture = PushFixture.reopened(image, LIMITS);
    List<String> found = fixture.rows();
    int next = Math.min(done + 1, script.size());
    assertThat(found).as(what).isIn(states.get(done), states.get(next));
    // The push that was cut is repeated: it says what is so, and changes nothing where it was in.
    run(fixture, script, found.equals(states.get(next)) ? next - 1 : done);
    assertThat(fixture.rows()).as(what).isEqualTo(states.getLast());
  }
}
