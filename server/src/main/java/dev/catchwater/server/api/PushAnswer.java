package dev.catchwater.server.api;

import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a push is answered, by whatever way it came. Stateless.
public final class PushAnswer {
  private PushAnswer() {}

  /// What became of a push that was taken.
  public static String outcome(LiveReport live) {
    return live.report().dryRun() ? "not-applied" : "applied";
  }

  /// What became of a push that failed: it was refused before anything was written, or we cannot
  /// tell. A failure of the disk after that is `COMMIT_UNKNOWN`, and of a push whose key is under
  /// way the other one knows.
  public static String outcome(Throwable failure) {
    if (failure instanceof Refusal) {
      return "not-applied";
    }
    if (!(failure instanceof CatchwaterException known)
        || known.code() == ErrorCode.PUSH_IN_PROGRESS) {
      return "unknown";
    }
    return switch (known.code().kind()) {
      case INVALID, NOT_FOUND, CONFLICT, EXHAUSTED, UNAVAILABLE -> "not-applied";
      case UNKNOWN_OUTCOME, CORRUPT, INTERNAL -> "unknown";
    };
  }

  /// Adds what happened to an answer.
  ///
  /// @param hasReceipt whether the receipt is wanted
  /// @param tellsAll whether the caller may know what was there already; else he is told what was
  ///   taken of his, and the id of the receipt, which binds the server all the same
  public static Tree.Fields put(
      Tree.Fields fields, Dataset dataset, LiveReport live, boolean hasReceipt, boolean tellsAll) {
    PushReport report = live.report();
    fields
        .put("outcome", outcome(live))
        .put("dataset", dataset.name().toString())
        .put("source", live.sourceName());
    if (report.dryRun()) {
      fields.put("dryRun", true);
    }
    fields
        .put("offsets", offsets(tellsAll ? report.offsets() : null))
        .put("rows", rows(report.counts(), tellsAll))
        .putText("head", tellsAll ? report.head() : null)
        .putText("block", tellsAll ? report.block() : null)
        .put("ignoredFields", ignored(report.ignoredFields()))
        .put("causes", causes(report.causes()))
        .put("truncatedTimes", report.truncatedTimes() == 0 ? null : report.truncatedTimes())
        .put("warnings", report.warnings().isEmpty() ? null : report.warnings());
    Receipt receipt = hasReceipt ? live.receipt() : null;
    if (receipt == null) {
      return fields;
    }
    return fields.put(
        "receipt", tellsAll ? ReceiptJson.of(receipt) : new Tree.Fields().put("id", receipt.id()));
  }

  private static Tree offsets(PushReport.@Nullable Offsets offsets) {
    return offsets == null
        ? new Tree.Literal("null")
        : new Tree.Fields().put("start", offsets.start()).put("end", offsets.end());
  }

  private static Tree rows(PushCounts counts, boolean tellsAll) {
    return new Tree.Fields()
        .put("added", count(counts.added(), tellsAll))
        .put("corrected", count(counts.corrected(), tellsAll))
        .put("retracted", count(counts.retracted(), tellsAll))
        .put("duplicate", count(counts.duplicate(), tellsAll))
        .put("conflicting", count(counts.conflicting(), tellsAll))
        .put("ignored", count(counts.ignored(), tellsAll)) // retractions of keys that are not there
        .put("quarantined", counts.quarantined());
  }

  private static Tree count(long count, boolean tells) {
    return new Tree.Literal(tells ? Long.toString(count) : "null");
  }

  private static @Nullable Tree causes(List<Cause> causes) {
    if (causes.isEmpty()) {
      return null;
    }
    List<Tree> items = new ArrayList<>(causes.size());
    for (Cause cause : causes) {
      items.add(
          new Tree.Fields()
              .put("code", cause.code())
              .put("field", cause.field())
              .put("cause", cause.shape())
              .put("count", cause.count())
              .put("example", cause.example()));
    }
    return new Tree.Items(items);
  }

  private static @Nullable Tree ignored(Map<String, Long> fields) {
    if (fields.isEmpty()) {
      return null;
    }
    Tree.Fields counts = new Tree.Fields();
    for (Map.Entry<String, Long> field : fields.entrySet()) {
      counts.put(field.getKey(), field.getValue());
    }
    return counts;
  }
}
