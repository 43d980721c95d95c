package dev.catchwater.server.api;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.Arrivals;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.Tail;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// `GET /{dataset}/events`: rows as they become durable, as server-sent events. The id of an event
/// is the offset of its row, so that who was cut off goes on behind the last one he saw.
final class EventsRoute {
  // Whether the server stops, and whether the history was rewritten, is looked at so often.
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Premises premises;

  EventsRoute(Premises premises) {
    this.premises = premises;
  }

  Answer answer(Call call) {
    Dataset dataset = premises.dataset(call);
    String lastSeen = call.header("Last-Event-ID");
    long next = premises.hotRows(dataset).nextOffset();
    long from = next;
    if (lastSeen != null && !lastSeen.isEmpty()) {
      from = offset(lastSeen) + 1;
    } else if (call.parameter("from") != null) {
      from = call.number("from", 0, Long.MAX_VALUE);
    }
    if (from > next) {
      throw Refusal.of(
          400, "bad-argument", "The next row has offset " + next + ", it cannot begin at " + from);
    }
    long first = from;
    return Answer.stream("text/event-stream", out -> follow(dataset, first, out));
  }

  private static long offset(String text) {
    try {
      long offset = Long.parseLong(text);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a number below zero.
    }
    throw Refusal.of(400, "bad-header", "The header Last-Event-ID is no offset");
  }

  // Ends when the client goes, which a write tells, or the server stops.
  private void follow(Dataset dataset, long from, OutputStream out) throws IOException {
    RowText.write(out, "retry: 1000\n\n");
    out.flush();
    try (Arrivals.Listener arrivals = premises.live().dataset(dataset).arrivals().listen()) {
      follow(dataset, from, arrivals, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Dataset dataset, long from, Arrivals.Listener arrivals, OutputStream out)
      throws IOException, InterruptedException {
    long position = from;
    long written = System.nanoTime();
    while (premises.admission().isOpen()) {
      HotRows hot = premises.hotRows(dataset);
      long next = hot.nextOffset();
      if (next < position) {
        RowText.write(out, "event: history-rewritten\ndata: {}\n\n");
        return;
      }
      if (next > position) {
        send(dataset, hot, position, out);
        position = next;
        written = System.nanoTime();
        continue;
      }
      if (System.nanoTime() - written > QUIET_NANOS) {
        RowText.write(out, ":\n\n");
        out.flush();
        written = System.nanoTime();
      }
      arrivals.await(LOOK_NANOS);
    }
  }

  private void send(Dataset dataset, HotRows hot, long from, OutputStream out) throws IOException {
    long offset = from;
    try (Tail tail = premises.tail(dataset, hot, 0, hot.nextOffset() - from)) {
      DataSchema schema = tail.schema();
      for (RecordBatch batch = tail.next(); batch != null; batch = tail.next()) {
        offset = send(batch, schema, offset, out);
      }
    }
    out.flush();
  }

  private static long send(
      RecordBatch batch, @Nullable DataSchema schema, long from, OutputStream out)
      throws IOException {
    var lines = new ByteArrayOutputStream();
    RowText.writeObjects(lines, schema == null ? batch.schema() : schema, batch);
    byte[] bytes = lines.toByteArray();
    long offset = from;
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      RowText.write(out, "id: " + offset++ + "\ndata: ");
      out.write(bytes, start, end - start);
      RowText.write(out, "\n\n");
      start = end + 1;
    }
    return offset;
  }
}
