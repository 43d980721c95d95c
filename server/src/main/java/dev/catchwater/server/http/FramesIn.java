package dev.catchwater.server.http;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.Frame;

/// How many frames came whole on a connection. A head counts when all of it is there, whatever
/// number of frames it came in. Thread-safe.
final class FramesIn implements HTTP2Session.FrameListener {
  private final AtomicLong count = new AtomicLong();

  @Override
  public void onIncomingFrame(Session session, Frame frame) {
    add();
  }

  void add() {
    count.incrementAndGet();
  }

  long count() {
    return count.get();
  }
}
