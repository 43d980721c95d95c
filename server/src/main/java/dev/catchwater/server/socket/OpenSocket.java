package dev.catchwater.server.socket;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.http.Problems;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// One WebSocket of a client: what all of them do. Frames are asked for one by one, so that a
/// client that sends more than is taken is kept waiting by its own connection. Thread-safe.
abstract class OpenSocket implements FrameHandler {
  private static final int REASON_BYTES_MAX = 120;
  private static final int CONTROLS_A_SECOND = 128;
  private static final int PIECES_FREE = 1024;
  private static final int BYTES_A_PIECE = 256;
  private static final long SECOND = 1_000_000_000L;

  private final SocketDoor door;
  private final Access access;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean isPonging = new AtomicBoolean();
  private volatile @Nullable CoreSession session;
  private boolean isAsked; // for a frame
  private boolean isEnding;
  private long endingSince;
  private @Nullable Callback farewell; // of the client, which waits until all is answered
  private long controls;
  private long controlsSince;
  private long pieces; // of the message that comes
  private long pieceBytes;
  private volatile long heard;
  private volatile long said;
  private volatile boolean isGone;

  OpenSocket(SocketDoor door, Access access) {
    this.door = door;
    this.access = access;
    this.heard = System.nanoTime();
    this.said = heard;
  }

  /// The connection is a socket now.
  abstract void opened();

  /// A piece of a message. Must not block.
  ///
  /// @return whether more is wanted now; else [#ask] is to be called later
  /// @throws Refusal what ends the socket
  abstract boolean came(Frame frame);

  /// Nothing can be said any more.
  abstract void gone();

  /// Looks after itself, some times a second.
  ///
  /// @throws Refusal what ends the socket
  abstract void look(long now);

  /// The client, or we, want to end when all is answered: [#part] is to be called then.
  abstract void leave();

  @Override
  public final void onOpen(CoreSession core, Callback callback) {
    lock.lock();
    try {
      session = core;
    } finally {
      lock.unlock();
    }
    callback.succeeded();
    if (door.keep(this)) {
      opened();
      ask();
    } else {
      end(CloseStatus.SHUTDOWN, "the server stops");
    }
  }

  @Override
  public final void onFrame(Frame frame, Callback callback) {
    heard = System.nanoTime();
    boolean isDropped;
    lock.lock();
    try {
      isAsked = false;
      isDropped = isEnding;
    } finally {
      lock.unlock();
    }
    boolean goesOn = true;
    try {
      switch (frame.getOpCode()) {
        case OpCode.PING -> ping(frame);
        case OpCode.PONG -> countControl();
        case OpCode.CLOSE -> {
          closed(callback, isDropped);
          return;
        }
        default -> {
          countPiece(frame);
          goesOn = isDropped || came(frame);
        }
      }
    } catch (Refusal e) {
      end(e);
    }
    callback.succeeded();
    if (goesOn) {
      ask();
    }
  }

  /// Lets one more frame in.
  final void ask() {
    CoreSession from;
    lock.lock();
    try {
      from = session;
      if (isAsked || isGone || from == null) {
        return;
      }
      isAsked = true;
    } finally {
      lock.unlock();
    }
    from.demand();
  }

  // The last one is what counts (RFC 6455 §5.5.3): who does not take our answers gets fewer.
  private void ping(Frame frame) {
    countControl();
    CoreSession to = session;
    if (to == null || !isPonging.compareAndSet(false, true)) {
      return;
    }
    ByteBuffer payload = ByteBuffer.allocate(frame.getPayloadLength());
    if (frame.hasPayload()) {
      payload.put(frame.getPayload().slice());
    }
    to.sendFrame(
        new Frame(OpCode.PONG, payload.flip()),
        Callback.from(() -> isPonging.set(false), _ -> isPonging.set(false)),
        false);
  }

  private void countControl() {
    if (heard - controlsSince > SECOND) {
      controlsSince = heard;
      controls = 0;
    }
    controls++;
    if (controls > CONTROLS_A_SECOND) {
      throw Refusal.of(429, "too-many-requests", "Too many pings and pongs");
    }
  }

  /// A message in a great many pieces costs more than it is worth.
  private void countPiece(Frame frame) {
    if (frame.getOpCode() != OpCode.CONTINUATION) {
      pieces = 0;
      pieceBytes = 0;
    }
    pieces++;
    pieceBytes += frame.getPayloadLength();
    if (pieces > PIECES_FREE + pieceBytes / BYTES_A_PIECE) {
      throw Refusal.of(429, "too-many-requests", "The message comes in too many pieces");
    }
  }

  // Jetty answers a close when the frame is done with.
  private void closed(Callback callback, boolean isDropped) {
    if (isDropped) {
      callback.succeeded();
      return;
    }
    lock.lock();
    try {
      farewell = callback;
    } finally {
      lock.unlock();
    }
    leave();
  }

  /// Everything is answered: closes, as the client asked for or for the reason given.
  final void part(int code, String reason) {
    Callback client;
    lock.lock();
    try {
      client = farewell;
      farewell = null;
      isEnding |= client != null;
      endingSince = System.nanoTime();
    } finally {
      lock.unlock();
    }
    if (client == null) {
      end(code, reason);
    } else {
      client.succeeded();
    }
  }

  /// Ends the socket for what is wrong with it.
  final void end(Refusal refusal) {
    end(codeOf(refusal), refusal.getMessage());
  }

  private static int codeOf(Refusal refusal) {
    return switch (refusal.status()) {
      case 413 -> CloseStatus.MESSAGE_TOO_LARGE;
      case 503, 507 -> CloseStatus.TRY_AGAIN_LATER;
      case 500 -> CloseStatus.SERVER_ERROR;
      default -> CloseStatus.POLICY_VIOLATION;
    };
  }

  /// Says why and closes; what still comes is dropped.
  final void end(int code, String reason) {
    CoreSession from;
    lock.lock();
    try {
      from = session;
      if (isEnding || from == null) {
        return;
      }
      isEnding = true;
      endingSince = System.nanoTime();
    } finally {
      lock.unlock();
    }
    int length = Math.min(reason.length(), REASON_BYTES_MAX);
    from.close(code, ascii(reason.substring(0, length)), Callback.NOOP);
    ask(); // the client's answer is behind what it sent before
  }

  private static String ascii(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return plain.toString();
  }

  /// Sends a text and waits until the connection took it.
  ///
  /// @throws IOException where nobody is there any more, or takes nothing for too long
  final void send(ByteBuffer text) throws IOException, InterruptedException {
    CoreSession to = session;
    if (to == null || isGone) {
      throw new IOException("the socket is closed");
    }
    Callback.Completable done = new Callback.Completable();
    to.sendFrame(new Frame(OpCode.TEXT, text), done, false);
    try {
      done.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    said = System.nanoTime();
  }

  /// Asks whether somebody is there, and lets go of who is not.
  final void tick(long now) {
    CoreSession to = session;
    if (to == null) {
      return;
    }
    boolean isWaited;
    boolean isOver;
    lock.lock();
    try {
      isWaited = isAsked && !isEnding;
      isOver = isEnding && now - endingSince > door.limits().parting().toNanos();
    } finally {
      lock.unlock();
    }
    if (isOver) {
      to.abort();
      return;
    }
    try {
      access.requireStillValid();
      look(now);
    } catch (Refusal e) {
      end(e);
    } catch (CatchwaterException e) {
      end(Problems.refusal(e));
    }
    if (isWaited && now - heard > door.limits().idle().toNanos()) {
      end(CloseStatus.SHUTDOWN, "nobody is there");
    } else if (now - said > door.limits().ping().toNanos()) {
      said = now;
      to.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }
  }

  /// What its client may do.
  final Access access() {
    return access;
  }

  /// Whether nobody is there any more, or will be soon.
  final boolean isOver() {
    return isGone || isEnding;
  }

  @Override
  public final void onError(Throwable cause, Callback callback) {
    callback.succeeded();
  }

  @Override
  public final void onClosed(CloseStatus status, Callback callback) {
    isGone = true;
    door.forget(this);
    gone();
    callback.succeeded();
  }
}
