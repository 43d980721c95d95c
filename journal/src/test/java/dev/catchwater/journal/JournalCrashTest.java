package dev.catchwater.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A journal at work is cut, or its disk fails, at every single disk call; what is acknowledged is
/// there afterwards, what was refused is not.
class JournalCrashTest {
  private static final List<SimDisk.Mode> MODES = List.of(SimDisk.Mode.values());

  /// What one run did before it was cut or failed.
  private static final class Run {
    final SimDisk disk;
    final SimJournal.Model model = new SimJournal.Model();
    final SplittableRandom random;
    boolean wasCut;
    long lives;
    long refusals;

    Run(SimDisk.Mode mode, long seed) throws IOException {
      disk = SimJournal.disk(mode, seed);
      random = new SplittableRandom(seed);
    }

    /// Appends, waits, releases, closes and opens anew until so many calls are made, the power
    /// goes, or the journal stops.
    Run work(long calls) throws IOException {
      SimJournal journal = null;
      try {
        while (disk.calls() < calls) {
          journal = new SimJournal(disk, model, random, "life " + lives);
          lives++;
          int turns = 5 + random.nextInt(40);
          for (int i = 0; i < turns && disk.calls() < calls && !journal.core.isFailed(); i++) {
            turn(journal);
          }
          if (journal.core.isFailed()) {
            return this;
          }
          journal.close();
          if (journal.core.isFailed()) {
            return this;
          }
          if (model.released >= model.acknowledged) {
            model.sent.clear(); // the folder is empty: a new journal begins
            model.acknowledged = 0;
            model.released = 0;
          }
        }
      } catch (PowerCut e) {
        wasCut = true;
      }
      return this;
    }

    private void turn(SimJournal journal) {
      for (int count = random.nextInt(4); count > 0 && !journal.core.isRefusing(); count--) {
        journal.append(random.nextInt(8) == 0 ? random.nextInt(9_000) : random.nextInt(600));
      }
      for (int steps = random.nextInt(7); steps > 0; steps--) {
        journal.step();
      }
      if (random.nextInt(12) == 0) {
        journal.release(
            random.nextInt(2) == 0 ? journal.core.durable() : journal.core.durable() / 2);
      }
      if (journal.core.isRefusing()) {
        refusals++;
        journal.core.resume();
      }
    }
  }

  /// Recovers twice, goes on, cuts again.
  private static void recoverAndGoOn(SimDisk image, SimJournal.Model model, String what)
      throws IOException {
    RandomGenerator random = image.split();
    SimJournal.Model copy = copyOf(model);
    SimJournal first = new SimJournal(image, copy, random, what);
    var files = SimJournal.files(image);
    SimJournal second = new SimJournal(image, copy, random, what + ", recovered twice");
    assertThat(SimJournal.files(image)).as(what).isEqualTo(files);
    assertThat(second.found).hasSameSizeAs(first.found);
    SimDisk later = image.restartAfterPowerCut(); // what was served must not go away
    SimJournal third = new SimJournal(later, copy, random, what + ", cut after the recovery");
    third.append(700);
    third.append(20);
    third.settle();
    assertThat(third.core.isFailed()).as(what).isFalse();
    new SimJournal(later.restartAfterPowerCut(), copy, random, what + ", went on");
  }

  private static List<JournalRecord> recovered(SimDisk image) throws IOException {
    return Journals.all(new JournalRecords(SimJournal.recover(image, image.split())));
  }

  private static SimJournal.Model copyOf(SimJournal.Model model) {
    SimJournal.Model copy = new SimJournal.Model();
    copy.sent.putAll(model.sent);
    copy.acknowledged = model.acknowledged;
    copy.released = model.released;
    return copy;
  }

  // --- T03: the power goes
  // -------------------------------------------------------------------------

  private static void sweepOfPowerCuts(int calls, int draws) throws IOException {
    int images = 0;
    for (SimDisk.Mode mode : MODES) {
      for (long call = 1; call <= calls; call++) {
        Run run = new Run(mode, 3);
        run.disk.faultAt(run.disk.calls() + call, Fault.POWER_CUT);
        run.work(run.disk.calls() + call + 1_000);
        assertThat(run.wasCut).isTrue();
        String what = mode + ", call " + call + ": " + run.disk.trace().getLast();
        for (int draw = 0; draw < draws; draw++) {
          SimDisk image = run.disk.restartAfterKill();
          image = draw == 0 ? image : image.restartAfterPowerCut();
          if (draw % 4 < 2) {
            recoverAndGoOn(image, run.model, what + ", draw " + draw);
          } else {
            run.model.check(recovered(image), what + ", draw " + draw);
          }
          images++;
        }
      }
    }
    System.out.println("T03 journal cuts=" + 2 * calls + " images=" + images + " lost=0");
  }

  @Test
  void T03_aCutAtAnyCallLosesNothingAcknowledged() throws IOException {
    sweepOfPowerCuts(300, 4);
  }

  @Test
  @Tag("slow")
  void T03_aCutAtAnyCallLosesNothingAcknowledged_full() throws IOException {
    sweepOfPowerCuts(2_000, Tier.pick(4, 8, 250));
  }

  // --- T05: a force fails
  // --------------------------------------------------------------------------

  @Test
  void T05_aFailedForceIsFinalAndNothingIsAcknowledgedOnIt() throws IOException {
    int positions = 0;
    for (SimDisk.Mode mode : MODES) {
      List<String> calls = new Run(mode, 5).work(700).disk.trace();
      for (int call = 0; call < 700; call++) {
        boolean syncs = calls.get(call).startsWith("force") || calls.get(call).startsWith("sync");
        if (!syncs || call < 4) {
          continue; // the first ones make the folder above
        }
        positions++;
        failOnce(mode, call + 1, calls.get(call));
      }
    }
    assertThat(positions).isGreaterThan(200);
    System.out.println("T05 journal positions=" + positions + " lost=0 falseAcks=0");
  }

  private static void failOnce(SimDisk.Mode mode, long call, String detail) throws IOException {
    String what = mode + ", call " + call + ": " + detail;
    Run run = new Run(mode, 5);
    run.disk.faultAt(call, Fault.IO_ERROR);
    boolean failedToOpen = false;
    try {
      run.work(700);
    } catch (IOException e) {
      failedToOpen = true; // a recovery that cannot sync does not open
    }
    assertThat(run.disk.calls()).as("%s: stops", what).isLessThan(failedToOpen ? 700 : call + 60);
    long acknowledged = run.model.acknowledged;
    // Readers go on, and see everything acknowledged.
    List<JournalRecord> read =
        Journals.all(JournalReader.read(run.disk, Journals.FOLDER, Journals.DATASET));
    if (acknowledged > run.model.released) {
      assertThat(read.getLast().sequence()).as(what).isGreaterThanOrEqualTo(acknowledged);
    }
    for (int draw = 0; draw < 4; draw++) {
      SimDisk image = run.disk.restartAfterKill();
      recoverAndGoOn(draw < 2 ? image : image.restartAfterPowerCut(), run.model, what);
    }
  }

  // --- T06: the disk is full
  // -----------------------------------------------------------------------

  @Test
  void T06_aFullDiskRefusesAndGoesOnWhenThereIsRoomAgain() throws IOException {
    int positions = 0;
    long refusals = 0;
    for (SimDisk.Mode mode : MODES) {
      List<String> calls = new Run(mode, 6).work(700).disk.trace();
      for (int call = 0; call < 700; call++) {
        if (calls.get(call).startsWith("write") || calls.get(call).startsWith("create")) {
          Run run = new Run(mode, 6);
          run.disk.faultAt(call + 1, Fault.NO_SPACE);
          String what = mode + ", call " + (call + 1) + ": " + calls.get(call);
          try {
            run.work(900);
          } catch (IOException e) {
            assertThat(e).as(what).hasMessageContaining("No space"); // at the recovery
          }
          assertThat(run.wasCut).isFalse();
          positions++;
          refusals += run.refusals;
          SimDisk image = run.disk.restartAfterKill();
          recoverAndGoOn(image, run.model, what);
          recoverAndGoOn(
              run.disk.restartAfterKill().restartAfterPowerCut(), run.model, what + ", cut");
        }
      }
    }
    assertThat(positions).isGreaterThan(300);
    assertThat(refusals).isGreaterThan(positions / 4);
    System.out.println(
        "T06 journal positions=" + positions + " refusals=" + refusals + " corrupt=0 partial=0");
  }

  // --- T28: the recovery fails
  // ---------------------------------------------------------------------

  private static void failRecoveries(int rounds) throws IOException {
    int states = 0;
    Fault[] faults = {Fault.POWER_CUT, Fault.IO_ERROR, Fault.NO_SPACE};
    for (int round = 0; round < rounds; round++) {
      SimDisk.Mode mode = MODES.get(round % 2);
      SplittableRandom random = new SplittableRandom(round);
      Run run = new Run(mode, round);
      run.disk.faultAt(20 + random.nextInt(600), Fault.POWER_CUT);
      run.work(700);
      SimDisk image = run.disk.restartAfterKill();
      for (int depth = 0; depth < 2; depth++) {
        image.faultAt(1 + random.nextInt(30), faults[random.nextInt(3)]);
        boolean isCut = false;
        try {
          Survey survey = SimJournal.recover(image, random);
          survey.close();
        } catch (PowerCut e) {
          isCut = true;
        } catch (IOException e) {
          assertThat(e.getMessage()).containsAnyOf("Input/output", "No space");
        }
        SimDisk next = image.restartAfterKill();
        image = isCut || random.nextBoolean() ? next.restartAfterPowerCut() : next;
        states++;
      }
      recoverAndGoOn(image, run.model, mode + ", round " + round);
    }
    System.out.println("T28 journal states=" + states + " violations=0");
  }

  @Test
  void T28_aFailureDuringTheRecoveryIsRecoveredFrom() throws IOException {
    failRecoveries(500);
  }

  @Test
  @Tag("slow")
  void T28_aFailureDuringTheRecoveryIsRecoveredFrom_full() throws IOException {
    failRecoveries(Tier.pick(500, 10_000, 150_000));
  }
}
