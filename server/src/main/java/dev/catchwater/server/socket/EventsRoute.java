package dev.catchwater.server.socket;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.follow.Feeds;
import dev.catchwater.server.follow.Following;
import dev.catchwater.server.follow.Form;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// `GET /{dataset}/events`: rows as they become durable, as server-sent events or over a WebSocket.
/// The id of an event is the offset of its row, so that who was cut off goes on behind the last one
/// he saw. Thread-safe.
public final class EventsRoute {
  // Whether the server stops, and whether the history was rewritten, is looked at so often.
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Premises premises;
  private final SocketDoor sockets;
  private final Feeds feeds;

  /// @param sockets where WebSockets begin
  public EventsRoute(Premises premises, SocketDoor sockets) {
    this.premises = premises;
    this.sockets = sockets;
    this.feeds = new Feeds(premises.live());
  }

  /// What the request is answered: rows without end, or what is wrong.
  public Answer answer(Call call) {
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
    return call.asksForSocket()
        ? sockets.follow(call, feeds, dataset, first)
        : Answer.pieces("text/event-stream", out -> follow(call.access(), dataset, first, out));
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
  private void follow(Access access, Dataset dataset, long from, Answer.PieceSink out)
      throws IOException {
    out.write(text("retry: 1000\n\n"));
    try (Following rows = feeds.follow(dataset, Form.EVENTS, from)) {
      follow(access, rows, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Access access, Following rows, Answer.PieceSink out)
      throws IOException, InterruptedException {
    long written = System.nanoTime();
    while (premises.admission().isOpen() && isValid(access)) {
      ByteBuffer events = rows.next(LOOK_NANOS);
      if (events != null) {
        out.write(events);
        written = System.nanoTime();
      } else if (rows.isRewritten()) {
        out.write(text("event: history-rewritten\ndata: {}\n\n"));
        return;
      } else if (System.nanoTime() - written > QUIET_NANOS) {
        out.write(text(":\n\n"));
        written = System.nanoTime();
      }
    }
  }

  // Who comes again with a token that was revoked is told so.
  private static boolean isValid(Access access) {
    try {
      access.requireStillValid();
      return true;
    } catch (CatchwaterException e) {
      return false;
    }
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
