package dev.catchwater.server.socket;

import dev.catchwater.server.access.Access;
import dev.catchwater.server.follow.Feeds;
import dev.catchwater.server.follow.Following;
import dev.catchwater.server.follow.Form;
import dev.catchwater.server.http.Problems;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;

/// A socket over which rows come as they become durable, one or more a message, each on a line. One
/// message is on its way at a time: a client that takes them slowly holds nothing but its place.
/// Thread-safe.
final class FollowSocket extends OpenSocket {
  /// A reset took rows that were told.
  static final int REWRITTEN = 4002;

  private static final long LOOK_NANOS = 1_000_000_000L;

  private final Feeds feeds;
  private final Dataset dataset;
  private final long from;
  private volatile boolean isLeaving;

  FollowSocket(SocketDoor door, Access access, Feeds feeds, Dataset dataset, long from) {
    super(door, access);
    this.feeds = feeds;
    this.dataset = dataset;
    this.from = from;
  }

  @Override
  void opened() {
    Thread.ofVirtual().name("socket-rows").start(this::follow);
  }

  @Override
  boolean came(Frame frame) {
    throw Refusal.of(400, "bad-message", "Nothing is to be sent over this socket");
  }

  @Override
  void look(long now) {
    // It has nothing that could come too slowly.
  }

  @Override
  void leave() {
    isLeaving = true;
    part(CloseStatus.SHUTDOWN, "the server stops");
  }

  @Override
  void gone() {
    isLeaving = true;
  }

  private void follow() {
    try (Following rows = feeds.follow(dataset, Form.LINES, from)) {
      while (!isLeaving && !isOver()) {
        ByteBuffer text = rows.next(LOOK_NANOS);
        if (text != null) {
          send(text);
        } else if (rows.isRewritten()) {
          end(REWRITTEN, "history-rewritten");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      end(CloseStatus.SERVER_ERROR, "nobody takes the rows");
    } catch (RuntimeException | Error e) {
      end(Problems.refusal(e));
    }
  }
}
