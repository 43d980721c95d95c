package dev.catchwater.ingest.live.record;

import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushOutcome;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.odf.identity.Multihash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The report of a push as bytes and back, so that a push that is sent again gets the same answer
/// (reliability §2.6). Differences of dry runs are left out: a dry run is not remembered.
final class ReportCodec {
  private static final int UPDATED = 1;
  private static final int HAS_CAUSES = 2;

  private ReportCodec() {}

  static void write(ByteWriter out, PushReport report) {
    boolean hasCauses = !report.causes().isEmpty();
    int flags = report.outcome() == PushOutcome.UPDATED ? UPDATED : 0;
    out.octet(flags | (hasCauses ? HAS_CAUSES : 0));
    PushCounts counts = report.counts();
    out.number(counts.added()).number(counts.corrected()).number(counts.retracted());
    out.number(counts.duplicate()).number(counts.conflicting()).number(counts.ignored());
    out.number(counts.quarantined());
    out.number(report.rowsRead()).number(report.bytesRead());
    PushReport.Offsets offsets = report.offsets();
    out.octet(offsets == null ? 0 : 1);
    if (offsets != null) {
      out.number(offsets.start()).number(offsets.end() - offsets.start());
    }
    hash(out, report.block());
    hash(out, report.head());
    out.number(report.blockCount()).number(report.commitCount());
    Instant watermark = report.watermark();
    out.octet(watermark == null ? 0 : 1);
    if (watermark != null) {
      out.time(watermark);
    }
    out.time(report.systemTime());
    out.number(report.ignoredFields().size());
    for (Map.Entry<String, Long> field : report.ignoredFields().entrySet()) {
      out.text(field.getKey()).number(field.getValue());
    }
    out.number(report.truncatedTimes());
    out.number(report.conflicts().size());
    for (PushReport.Conflict conflict : report.conflicts()) {
      out.optionalText(conflict.input()).number(conflict.row()).text(conflict.key());
    }
    out.number(report.warnings().size());
    for (String warning : report.warnings()) {
      out.text(warning);
    }
    out.number(report.elapsed().toNanos());
    if (hasCauses) {
      writeCauses(out, report.causes());
    }
  }

  static PushReport read(ByteReader in) {
    int flags = in.octet();
    PushOutcome outcome = (flags & UPDATED) != 0 ? PushOutcome.UPDATED : PushOutcome.UP_TO_DATE;
    PushCounts counts =
        new PushCounts(
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number());
    long rowsRead = in.number();
    long bytesRead = in.number();
    PushReport.Offsets offsets = null;
    if (in.octet() == 1) {
      long start = in.number();
      offsets = new PushReport.Offsets(start, start + in.number());
    }
    Multihash block = hash(in);
    Multihash head = hash(in);
    int blockCount = in.count();
    int commitCount = in.count();
    Instant watermark = in.octet() == 1 ? in.time() : null;
    Instant systemTime = in.time();
    Map<String, Long> ignored = new LinkedHashMap<>();
    for (int left = in.count(); left > 0; left--) {
      ignored.put(in.text(), in.number());
    }
    long truncated = in.number();
    List<PushReport.Conflict> conflicts = new ArrayList<>(0);
    for (int left = in.count(); left > 0; left--) {
      conflicts.add(new PushReport.Conflict(in.optionalText(), in.number(), in.text()));
    }
    List<String> warnings = new ArrayList<>(0);
    for (int left = in.count(); left > 0; left--) {
      warnings.add(in.text());
    }
    Duration elapsed = Duration.ofNanos(in.number());
    List<Cause> causes = (flags & HAS_CAUSES) == 0 ? List.of() : readCauses(in);
    if (head == null) {
      throw new IllegalArgumentException("a report without a head");
    }
    return new PushReport(
        outcome,
        false,
        counts,
        rowsRead,
        bytesRead,
        offsets,
        block,
        head,
        blockCount,
        commitCount,
        watermark,
        systemTime,
        ignored,
        truncated,
        conflicts,
        List.of(),
        causes,
        warnings,
        elapsed);
  }

  // Reports of before there was a quarantine have none: the flag says so.
  private static void writeCauses(ByteWriter out, List<Cause> causes) {
    out.number(causes.size());
    for (Cause cause : causes) {
      out.text(cause.code()).optionalText(cause.field()).text(cause.shape());
      out.number(cause.count()).text(cause.example());
    }
  }

  private static List<Cause> readCauses(ByteReader in) {
    List<Cause> causes = new ArrayList<>(1);
    for (int left = in.count(); left > 0; left--) {
      causes.add(new Cause(in.text(), in.optionalText(), in.text(), in.number(), in.text()));
    }
    return causes;
  }

  private static void hash(ByteWriter out, @Nullable Multihash hash) {
    out.array(hash == null ? new byte[0] : hash.toBytes());
  }

  private static @Nullable Multihash hash(ByteReader in) {
    byte[] bytes = in.array();
    return bytes.length == 0 ? null : Multihash.fromBytes(bytes);
  }
}
