package dev.catchwater.ingest.live;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Ballast;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushSteps;
import dev.catchwater.ingest.live.memory.HotBudget;
import dev.catchwater.ingest.live.memory.ReadBudget;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.quarantine.QuarantineSink;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.WriterSteward;
import dev.catchwater.storage.key.ReceiptKeys;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// What a process died over: the rows of a journal that nobody keeps open become a slice before
/// anybody else writes to the dataset (design §7.2).
public final class Settlement {
  private Settlement() {}

  /// Replays the journal and seals it; afterwards it is empty.
  ///
  /// @param writer the caller's; it stays open
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if the journal is damaged, or
  ///   what the disk refused; nothing acknowledged is lost then
  public static void settle(
      DatasetWriter writer, InstantSource clock, RandomGenerator random, SliceOptions options) {
    PushLimits limits = PushLimits.ofThisProcess();
    LiveTools tools =
        new LiveTools(
            LiveSettings.standard(),
            new PushIngest(clock, random, options, limits),
            new PushSteps(Preprocess.NONE, writer.dataset().disk(), writer.dataset().folder()),
            limits,
            options,
            clock,
            System::nanoTime,
            random,
            new Ballast(writer.dataset().disk(), writer.dataset().ballastFile()),
            new ReceiptKeys(writer.dataset().disk(), writer.dataset().keysFolder(), random),
            HotBudget.ofThisProcess(),
            new Troubles(),
            ReadBudget.ofThisProcess());
    try {
      settle(writer, tools);
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.DISK_FULL || !tools.ballast().giveUp()) {
        throw e;
      }
      settle(writer, tools);
    }
  }

  private static void settle(DatasetWriter writer, LiveTools tools) {
    try {
      OpenDataset open = OpenDataset.of(writer, tools, sink(tools));
      boolean isDone = false;
      try {
        HotSlice.Cut cut = open.cut();
        if (cut != null) {
          open.sealed(open.write(cut), new HotKeys.Opened(Map.of(), Map.of()));
          open.release(cut);
        }
        isDone = true;
      } finally {
        if (isDone) {
          open.closeJournal();
        } else {
          open.abandonJournal();
        }
      }
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    }
  }

  private static QuarantineSink sink(LiveTools tools) {
    return new QuarantineSink(
        tools.clock(), tools.random(), (request, _) -> tools.ingest().push(request));
  }

  /// A steward of a process that keeps no dataset open.
  public static WriterSteward steward(InstantSource clock, RandomGenerator random) {
    return new Cold(clock, random);
  }

  private record Cold(InstantSource clock, RandomGenerator random) implements WriterSteward {
    @Override
    public void stepAside(DatasetId dataset) {
      // Nothing is kept open.
    }

    @Override
    public void settle(DatasetWriter writer) {
      Settlement.settle(writer, clock, random, SliceOptions.defaults());
    }
  }
}
