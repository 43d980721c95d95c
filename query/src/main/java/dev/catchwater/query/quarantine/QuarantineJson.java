package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows in quarantine as JSON, for the server and the command line. Stateless.
public final class QuarantineJson {
  private static final int CAUSES_SHOWN_MAX = 100;

  private QuarantineJson() {}

  /// A page of the list, with the causes on the first one.
  public static Tree of(
      DatasetName dataset,
      QuarantineDesk desk,
      RowFilter filter,
      @Nullable String after,
      int limit) {
    Tree.Fields fields = new Tree.Fields().put("dataset", dataset.toString());
    if (after == null) {
      Tree.Fields counts = new Tree.Fields();
      for (Map.Entry<RowState, Long> count : desk.counts().entrySet()) {
        counts.put(count.getKey().word(), count.getValue());
      }
      fields.put("counts", counts).put("causes", causes(desk.groups(filter)));
    }
    QuarantineDesk.Page page = desk.list(filter, after, limit);
    return fields.put("rows", rows(page.rows())).put("next", page.next());
  }

  private static Tree causes(List<CauseGroup> groups) {
    List<Tree> items = new ArrayList<>();
    for (CauseGroup group : groups.subList(0, Math.min(CAUSES_SHOWN_MAX, groups.size()))) {
      items.add(
          new Tree.Fields()
              .put("code", group.code())
              .put("field", group.field())
              .put("cause", group.cause())
              .put("count", group.count())
              .put("firstId", group.firstId())
              .put("example", group.example())
              .putText("first", group.first())
              .putText("last", group.last()));
    }
    return new Tree.Items(items);
  }

  private static Tree rows(List<QuarantinedRow> rows) {
    List<Tree> items = new ArrayList<>(rows.size());
    for (QuarantinedRow row : rows) {
      items.add(of(row));
    }
    return new Tree.Items(items);
  }

  /// One row.
  public static Tree of(QuarantinedRow row) {
    QuarantinedRow.Reason why = row.why();
    QuarantinedRow.Place place = row.place();
    QuarantinedRow.Origin origin = row.origin();
    QuarantinedRow.End end = row.end();
    Tree.Fields fields =
        new Tree.Fields()
            .put("id", row.id())
            .put("state", row.state().word())
            .put("changes", (long) row.changes())
            .putText("arrivedAt", row.arrivedAt())
            .put("code", why.code())
            .put("field", why.field())
            .put("message", why.message())
            .put("hint", why.hint())
            .put("cause", why.cause())
            .put("file", place.file())
            .put("line", place.line() > 0 ? place.line() : null)
            .put("column", place.column() > 0 ? place.column() : null)
            .put("row", row.text())
            .put("bytes", row.base64())
            .put("header", row.header())
            .put("source", origin.source())
            .put("receipt", origin.receipt())
            .put("idempotencyKey", origin.idempotencyKey())
            .put("producer", origin.producer())
            .put("producerSeq", origin.producerSeq())
            .put("format", origin.format())
            .put("eventTime", origin.eventTime());
    if (end != null) {
      fields.put("outcome", end.outcome()).put("replayedRow", end.text());
      Long first = end.firstOffset();
      Long last = end.lastOffset();
      if (first != null && last != null) {
        fields.put("offsets", new Tree.Fields().put("start", first).put("end", last));
      }
    }
    return fields;
  }

  /// What became of rows.
  public static Tree of(ReplayReport report) {
    return new Tree.Fields()
        .put("replayed", report.replayed())
        .put("failed", report.failed())
        .put("dropped", report.dropped())
        .put("settled", report.settled())
        .put("rows", rows(report.rows()));
  }
}
