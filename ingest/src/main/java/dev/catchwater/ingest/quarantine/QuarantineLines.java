package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.ingest.sieve.RefusedRow;
import dev.catchwater.odf.manifest.JsonText;
import dev.catchwater.odf.receipt.ReceiptFacts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rows of a quarantine as lines of JSON, in the columns of [QuarantineDataset].
final class QuarantineLines {
  private QuarantineLines() {}

  /// A row that arrived: its change 0.
  static void addArrival(StringBuilder to, RefusedPush push, int index) {
    RefusedRow row = push.aside().rows().get(index);
    ReceiptFacts facts = push.facts();
    String text = text(row.bytes());
    Line line = new Line(to);
    line.text("event_time", facts.acceptedAt().toString()).text("id", push.rowId(index));
    line.number("change", 0L).text("state", RowState.OPEN.word());
    line.text("code", row.code()).text("field", row.field()).text("message", row.message());
    line.text("hint", row.hint()).text("cause", Cause.shape(row.message()));
    line.text("file", row.file()).number("line", positive(row.line()));
    line.number("column", positive(row.column()));
    line.text("row", text);
    line.text("bytes", text == null ? Base64.getEncoder().encodeToString(row.bytes()) : null);
    line.text("header", row.header()).text("source", facts.source());
    line.text("receipt", push.receipt()).text("idempotency_key", facts.idempotencyKey());
    ReceiptFacts.Position producer = facts.producer();
    line.text("producer", producer == null ? null : producer.id());
    line.number("producer_seq", producer == null ? null : producer.seq());
    String format = push.aside().format() == null ? null : push.aside().format().name();
    line.text("format", format == null ? null : format.toLowerCase(Locale.ROOT));
    Instant given = push.aside().eventTime();
    line.text("given_event_time", given == null ? null : given.toString());
    line.end();
  }

  /// A change of a row.
  static void addChange(StringBuilder to, RowChange change, Instant at) {
    Line line = new Line(to);
    line.text("event_time", at.toString()).text("id", change.id());
    line.number("change", (long) change.number()).text("state", change.state().word());
    line.text("code", change.code()).text("field", change.field());
    line.text("message", change.message());
    line.text("cause", change.message() == null ? null : Cause.shape(change.message()));
    line.text("row", change.text()).text("outcome", change.outcome());
    line.number("first_offset", change.firstOffset()).number("last_offset", change.lastOffset());
    line.end();
  }

  private static @Nullable Long positive(long value) {
    return value > 0 ? value : null;
  }

  /// The bytes as a text that has the same bytes again, null where there is none.
  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static final class Line {
    private final StringBuilder to;
    private char before = '{';

    Line(StringBuilder to) {
      this.to = to;
    }

    Line text(String name, @Nullable String value) {
      if (value != null) {
        name(name);
        JsonText.quote(to, value);
      }
      return this;
    }

    Line number(String name, @Nullable Long value) {
      if (value != null) {
        name(name);
        to.append(value.longValue());
      }
      return this;
    }

    private void name(String name) {
      to.append(before).append('"').append(name).append("\":");
      before = ',';
    }

    void end() {
      to.append("}\n");
    }
  }
}
