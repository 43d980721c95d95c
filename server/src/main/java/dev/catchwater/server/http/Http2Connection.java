package dev.catchwater.server.http;

import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerConnection;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Callback;

/// A connection that speaks HTTP/2. Besides what Jetty holds clients to, windows may be widened
/// only as often as what we sent is worth, and a head that is too large, which nobody can answer
/// because it was not decoded, ends the connection by the same word as every excess. Thread-safe.
final class Http2Connection extends HTTP2ServerConnection {
  /// How often windows may be widened before anything was sent, and for how many bytes once more: a
  /// client that takes a byte at a time costs a frame and a write for each.
  private static final int WIDENINGS_FREE = 1024;

  private static final int BYTES_A_WIDENING = 512;

  private final FramesIn frames;
  // Used by the thread that parses.
  private long widenings;

  Http2Connection(
      Connector connector,
      EndPoint endPoint,
      HttpConfiguration http,
      HTTP2ServerSession session,
      ServerSessionListener listener,
      FramesIn frames) {
    super(connector, endPoint, http, session, listener);
    this.frames = frames;
  }

  /// How many frames came whole.
  long framesIn() {
    return frames.count();
  }

  /// Whether a request is on its way in or its answer out.
  boolean isBusy() {
    return !getSession().getStreams().isEmpty();
  }

  /// Ends it because it asks too much; what can still be sent is.
  void calm(String reason) {
    getSession().close(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, reason, Callback.NOOP);
  }

  @Override
  public void onWindowUpdate(WindowUpdateFrame frame) {
    widenings++;
    if (widenings > WIDENINGS_FREE + getSession().getBytesWritten() / BYTES_A_WIDENING) {
      onConnectionFailure(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, "window_update_rate");
      return;
    }
    super.onWindowUpdate(frame);
  }

  @Override
  public void onConnectionFailure(int error, String reason) {
    super.onConnectionFailure(
        isLargeHead(reason) ? ErrorCode.ENHANCE_YOUR_CALM_ERROR.code : error, reason);
  }

  // Jetty says so of heads and tables that are larger than their limit; of other mistakes in a head
  // too, and tells them apart nowhere.
  private static boolean isLargeHead(String reason) {
    return switch (reason) {
      case "invalid_hpack_block", "invalid_headers_frame", "invalid_continuation_stream" -> true;
      default -> false;
    };
  }
}
