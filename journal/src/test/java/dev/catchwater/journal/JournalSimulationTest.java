package dev.catchwater.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Many lives of one journal on a faulty disk, in one thread and from one seed: appends, releases,
/// clean stops, kills, power cuts, full disks, failed calls, in any order. `-Dtests.seed=…` runs
/// one seed.
class JournalSimulationTest {
  private static final int LIVES = 12;

  /// What one seed did.
  private static final class Simulation {
    private final SplittableRandom random;
    private final SimJournal.Model model = new SimJournal.Model();
    private final Map<String, Integer> events;
    private final CRC32C trace = new CRC32C();
    private SimDisk disk;

    Simulation(long seed, Map<String, Integer> events) throws IOException {
      this.random = new SplittableRandom(seed);
      this.events = events;
      this.disk =
          SimJournal.disk(
              random.nextBoolean() ? SimDisk.Mode.EXT4 : SimDisk.Mode.STRICT, random.nextLong());
    }

    private void count(String event) {
      events.merge(event, 1, Integer::sum);
    }

    /// Lives through all of it; a checksum over every disk call and every acknowledgement.
    long run(String what) throws IOException {
      for (int life = 0; life < LIVES; life++) {
        planFaults();
        String where = what + ", life " + life;
        try {
          live(where);
        } catch (PowerCut e) {
          count("power cut");
          next(disk.restartAfterKill().restartAfterPowerCut());
          continue;
        }
        next(
            switch (random.nextInt(3)) {
              case 0 -> disk.restartAfterPowerCut();
              case 1 -> disk.restartAfterKill().restartAfterPowerCut();
              default -> disk.restartAfterKill();
            });
      }
      disk.leaveFree(Long.MAX_VALUE);
      new SimJournal(disk, model, random, what + ", at the end");
      return trace.getValue();
    }

    private void next(SimDisk after) {
      for (String call : disk.trace()) {
        trace.update(Journals.bytes(call));
      }
      trace.update(Journals.bytes(model.acknowledged + " " + model.sent.size()));
      disk = after;
    }

    private void planFaults() {
      for (int i = random.nextInt(4); i > 0; i--) {
        Fault fault =
            switch (random.nextInt(8)) {
              case 0, 1 -> Fault.POWER_CUT;
              case 2 -> Fault.IO_ERROR;
              case 3 -> Fault.SHORT_READ;
              default -> Fault.NO_SPACE;
            };
        disk.faultAt(1 + random.nextInt(300), fault);
        count("planned " + fault);
      }
    }

    private void live(String what) throws IOException {
      SimJournal journal;
      try {
        journal = new SimJournal(disk, model, random, what);
      } catch (IOException e) {
        count("did not open");
        return;
      } catch (CatchwaterException e) {
        assertThat(e.code()).as(what).isEqualTo(ErrorCode.STORAGE_FAILED); // a read failed
        count("did not open");
        return;
      }
      for (int turn = random.nextInt(60); turn > 0 && !journal.core.isFailed(); turn--) {
        turn(journal);
      }
      if (journal.core.isFailed()) {
        count("stopped");
      } else if (random.nextInt(3) == 0) {
        if (random.nextBoolean()) {
          journal.settle();
          journal.release(journal.core.durable());
        }
        journal.close();
        count("closed");
        if (!journal.core.isFailed() && model.released >= model.acknowledged) {
          count("emptied");
          model.sent.clear(); // a record that is found from here on was never sent
          model.acknowledged = 0;
          model.released = 0;
        }
      }
    }

    private void turn(SimJournal journal) {
      for (int i = random.nextInt(6); i > 0 && !journal.core.isRefusing(); i--) {
        journal.append(random.nextInt(10) == 0 ? random.nextInt(15_000) : random.nextInt(300));
      }
      for (int i = random.nextInt(10); i > 0; i--) {
        journal.step();
      }
      if (random.nextInt(10) == 0) {
        journal.release(random.nextLong(journal.core.durable() + 1));
        count("released");
      }
      if (random.nextInt(25) == 0) {
        disk.leaveFree(random.nextBoolean() ? 0 : Long.MAX_VALUE);
      }
      if (journal.core.isRefusing()) {
        count("refused");
        journal.core.resume();
      }
    }
  }

  private static void simulate(int seeds) throws IOException {
    Map<String, Integer> events = new TreeMap<>();
    Long asked = Long.getLong("tests.seed");
    long first = asked == null ? 0 : asked;
    long last = asked == null ? seeds - 1 : asked;
    for (long seed = first; seed <= last; seed++) {
      String what = "seed " + seed + " (repeat with -Dtests.seed=" + seed + ")";
      long hash = new Simulation(seed, events).run(what);
      if (seed % 10 == 0) {
        long again = new Simulation(seed, new TreeMap<>()).run(what);
        assertThat(again).as("%s, trace", what).isEqualTo(hash);
      }
    }
    if (asked == null) {
      assertThat(events)
          .containsKeys(
              "power cut", "stopped", "refused", "released", "closed", "emptied", "did not open");
    }
    System.out.println("T33 journal seeds=" + (last - first + 1) + " violations=0 " + events);
  }

  @Test
  void T33_oneSeedIsOneHistoryAndNothingIsLostInIt() throws IOException {
    simulate(300);
  }

  @Test
  @Tag("nightly")
  void T33_oneSeedIsOneHistoryAndNothingIsLostInIt_full() throws IOException {
    simulate(20_000);
  }
}
