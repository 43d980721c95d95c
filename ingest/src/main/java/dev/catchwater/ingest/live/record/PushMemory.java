package dev.catchwater.ingest.live.record;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.receipt.ReceiptFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which pushes a dataset has applied, so that one that comes again is recognized (reliability
/// §2.6): the reports of idempotency keys, the positions of producers.
///
/// What is remembered since the last [#persist] is only in memory and in the journal. Thread-safe.
public final class PushMemory {
  private static final int EXPECTED_FIRST_MAX = 1;

  private final KeyLog keys;
  private final ProducerFile file;
  private final LiveSettings settings;
  private final Map<String, Position> producers;
  private boolean haveProducersChanged;

  /// Where a producer stands.
  ///
  /// @param fingerprint of its last push
  /// @param report of its last push, as [ReportCodec] writes it, and the number of its receipt;
  ///   empty if its rows were taken away
  public record Position(long epoch, long sequence, byte[] fingerprint, byte[] report) {
    /// Refuses an instance that is over.
    ///
    /// @throws CatchwaterException `PRODUCER_FENCED` where a later instance pushed
    public void requireNotFenced(Producer producer) {
      if (producer.epoch() < epoch) {
        throw CatchwaterException.of(
                ErrorCode.PRODUCER_FENCED,
                "Producer "
                    + producer.id()
                    + " pushed in epoch "
                    + epoch
                    + ", epoch "
                    + producer.epoch()
                    + " is over")
            .withHint("another instance took over; end this one");
      }
    }

    /// What a later instance of the producer stands on, without a push of its own yet.
    PushRecord.Identity identity() {
      Found known = Found.of(report);
      PushReport last = known.report;
      if (last == null) {
        throw new IllegalStateException("a position without a report");
      }
      return new PushRecord.Identity(fingerprint, last, known.receipt);
    }
  }

  /// A push that was applied before.
  ///
  /// @param report its report; null where no more is known of it
  /// @param receipt the number of its receipt, -1 where no more is known of it
  public record Found(@Nullable PushReport report, long receipt) {
    private static Found of(byte[] bytes) {
      if (bytes.length == 0) {
        return new Found(null, -1);
      }
      ByteReader in = new ByteReader(bytes);
      return new Found(ReportCodec.read(in), in.number());
    }
  }

  /// What was known at one moment.
  ///
  /// @param keysEnd where the log of keys ended
  /// @param producers all of them; null where none changed since the last time
  public record Mark(long keysEnd, @Nullable Map<String, Position> producers) {}

  private PushMemory(
      KeyLog keys, ProducerFile file, LiveSettings settings, Map<String, Position> producers) {
    this.keys = keys;
    this.file = file;
    this.settings = settings;
    this.producers = producers;
  }

  /// What was persisted in a folder; nothing where there is none.
  ///
  /// @throws CatchwaterException `CORRUPT` for a damaged file, with its name
  public static PushMemory load(Disk disk, Path folder, LiveSettings settings) {
    try {
      ProducerFile file = new ProducerFile(disk, folder.resolve("producers"));
      KeyLog keys = KeyLog.load(disk, folder.resolve("keys"));
      return new PushMemory(keys, file, settings, file.load());
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "What is remembered of pushes cannot be read: " + e)
          .withCause(e);
    }
  }

  /// The report of a push that was applied before and is this one; null for a new one.
  ///
  /// @throws CatchwaterException `IDEMPOTENCY_MISMATCH` if another push had the same key or number,
  ///   `SEQUENCE_GAP`, `PRODUCER_FENCED`
  public synchronized @Nullable Found find(
      String source, @Nullable String key, @Nullable Producer producer, byte[] fingerprint) {
    if (producer != null) {
      byte[] report = find(producers.get(scoped(source, producer.id())), producer, fingerprint);
      if (report != null) {
        return Found.of(report);
      }
    }
    byte[] report = key == null ? null : keys.find(scoped(source, key), fingerprint);
    return report == null ? null : Found.of(report);
  }

  /// The report of the push that had a key, whatever it pushed; null where none had it.
  public synchronized @Nullable PushReport applied(String source, String key) {
    byte[] report = keys.find(scoped(source, key));
    return report == null ? null : Found.of(report).report;
  }

  private static byte @Nullable [] find(
      @Nullable Position last, Producer producer, byte[] fingerprint) {
    if (last == null) {
      if (producer.sequence() > EXPECTED_FIRST_MAX) {
        throw gap(producer, 0);
      }
      return null;
    }
    last.requireNotFenced(producer);
    if (producer.sequence() > last.sequence + 1) {
      throw gap(producer, last.sequence + 1);
    }
    if (producer.sequence() > last.sequence) {
      return null;
    }
    if (last.report.length == 0) {
      throw CatchwaterException.of(
              ErrorCode.HISTORY_REWRITTEN,
              "A reset took away rows of producer "
                  + producer.id()
                  + ", up to sequence "
                  + last.sequence)
          .withHint("send them again under new numbers, from " + (last.sequence + 1) + " on");
    }
    if (producer.sequence() == last.sequence) {
      if (!Arrays.equals(fingerprint, last.fingerprint)) {
        throw KeyLog.mismatch("Sequence " + last.sequence + " of producer " + producer.id());
      }
      return last.report;
    }
    return new byte[0];
  }

  private static CatchwaterException gap(Producer producer, long expected) {
    return CatchwaterException.of(
            ErrorCode.SEQUENCE_GAP,
            "Producer "
                + producer.id()
                + " sends sequence "
                + producer.sequence()
                + ", expected="
                + expected)
        .withHint("send what is missing first, from sequence " + expected + " on");
  }

  /// Remembers a push that is applied.
  public synchronized void remember(ReceiptFacts facts, PushRecord.Identity identity, Instant at) {
    ByteWriter out = new ByteWriter(160);
    ReportCodec.write(out, identity.report());
    byte[] report = out.number(identity.receipt()).toBytes();
    ReceiptFacts.Position producer = facts.producer();
    if (producer != null) {
      Position last = producers.get(scoped(facts.source(), producer.id()));
      if (last == null || producer.seq() > last.sequence || producer.epoch() > last.epoch) {
        producers.put(
            scoped(facts.source(), producer.id()),
            new Position(producer.epoch(), producer.seq(), identity.fingerprint(), report));
        haveProducersChanged = true;
      }
    }
    String key = facts.idempotencyKey();
    if (key != null) {
      keys.add(scoped(facts.source(), key), identity.fingerprint(), at, report);
    }
  }

  /// What is to be recorded when a push that was applied before is repeated by a later instance of
  /// its producer: earlier ones are over from here on. Null where it is the instance we know, and
  /// where a reset took the rows of its last push.
  public synchronized PushRecord.@Nullable Identity takeover(String source, Producer producer) {
    Position last = producers.get(scoped(source, producer.id()));
    return last == null || producer.epoch() <= last.epoch || last.report.length == 0
        ? null
        : last.identity();
  }

  /// Where a producer stands, null for one that never pushed.
  public synchronized @Nullable Position position(String source, String producer) {
    return producers.get(scoped(source, producer));
  }

  /// What is known now.
  public synchronized Mark mark() {
    Mark mark = new Mark(keys.end(), haveProducersChanged ? new HashMap<>(producers) : null);
    haveProducersChanged = false;
    return mark;
  }

  /// Makes what was known at a mark durable and forgets what is over the limits. One thread at a
  /// time; marks in their order.
  public void persist(Mark mark, Instant now) throws IOException {
    boolean isDone = false;
    try {
      if (mark.producers != null) {
        file.store(mark.producers);
      }
      keys.persist(mark.keysEnd);
      keys.expire(settings, now);
      isDone = true;
    } finally {
      if (!isDone) {
        synchronized (this) {
          haveProducersChanged |= mark.producers != null;
        }
      }
    }
  }

  /// Forgets pushes whose rows are gone: their keys, and what the last push of a producer was told.
  /// Where a producer stands is kept, so that it goes on; pushes before that are
  /// `HISTORY_REWRITTEN`. Durable when this returns. Only before anything is remembered.
  ///
  /// @param kept the last offset whose row is still there
  public synchronized void forgetBehind(long kept) throws IOException {
    keys.forgetFrom(report -> isBehind(report, kept));
    boolean isChanged = false;
    for (Map.Entry<String, Position> producer : producers.entrySet()) {
      Position at = producer.getValue();
      if (at.report.length > 0 && isBehind(at.report, kept)) {
        producer.setValue(new Position(at.epoch, at.sequence, at.fingerprint, new byte[0]));
        isChanged = true;
      }
    }
    if (isChanged) {
      file.store(producers);
    }
  }

  private static boolean isBehind(byte[] report, long kept) {
    PushReport.Offsets offsets = ReportCodec.read(new ByteReader(report)).offsets();
    return offsets != null && offsets.end() > kept;
  }

  /// Neither has a control character in it.
  private static String scoped(String source, String name) {
    return source + '\0' + name;
  }
}
