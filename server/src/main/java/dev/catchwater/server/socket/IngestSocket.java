package dev.catchwater.server.socket;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.manifest.JsonBytes;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.api.Admission;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.api.PushAnswer;
import dev.catchwater.server.api.PushRights;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.body.IncomingMessage;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Problems;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// A socket over which rows are pushed. Three threads share it, each message goes from one to the
/// next: the connection's puts pieces together; one begins pushes, in the order in which messages
/// came; one waits until each is durable and answers it, in that order too. What came and is not
/// answered is bounded: beyond it nothing is read. Thread-safe.
final class IngestSocket extends OpenSocket {
  /// A message was refused, and what is behind it was not looked at.
  static final int STOPPED = 4000;

  /// Another connection of the same producer goes on.
  static final int TAKEN_OVER = 4001;

  private static final int NOT_UTF8 = 1007;
  private static final long PAUSE_NANOS_MAX = 100_000_000L;
  private static final long PAUSE_NANOS_FIRST = 2_000_000L;
  private static final long BEFORE_SECONDS_MAX = 20;
  private static final int ANSWER_BYTES = 1_000;

  private final Premises premises;
  private final SocketDoor door;
  private final ProducerSockets producers;
  private final IngestTerms terms;
  private final String source;
  private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch worked = new CountDownLatch(1);

  // Of the connection's thread; looked at by whoever looks after sockets.
  private volatile @Nullable IncomingMessage incoming;
  private boolean isText;

  private final ReentrantLock lock = new ReentrantLock();
  private int messages; // that came and are not answered
  private long bytes;
  private boolean isFull;
  private boolean isLeaving;
  private int leavingCode = CloseStatus.SHUTDOWN;
  private String leavingReason = "the server stops";

  /// A message that came whole.
  private record Message(IncomingMessage incoming, int size, boolean isText) {}

  /// A message whose push began, or failed.
  ///
  /// @param answer waits until it is durable
  /// @param code what the socket is closed with behind the answer, 0 where it goes on
  private record Begun(long number, int size, Supplier<Tree.Fields> answer, int code) {
    /// Nothing comes behind it.
    static Begun end() {
      return new Begun(END, 0, Tree.Fields::new, 0);
    }
  }

  private static final long NO_NUMBER = -1;
  private static final long END = -2;

  IngestSocket(
      Premises premises,
      SocketDoor door,
      Access access,
      ProducerSockets producers,
      IngestTerms terms,
      String source) {
    super(door, access);
    this.premises = premises;
    this.door = door;
    this.producers = producers;
    this.terms = terms;
    this.source = source;
  }

  long epoch() {
    return terms.epoch();
  }

  @Override
  void opened() {
    Thread.ofVirtual().name("socket-pushes").start(this::push);
    Thread.ofVirtual().name("socket-answers").start(this::answer);
  }

  @Override
  boolean came(Frame frame) {
    IncomingMessage message = incoming;
    if (message == null) {
      isText = frame.getOpCode() == OpCode.TEXT;
      message = premises.bodies().message(door.limits().messageBytesMax(), System.nanoTime());
      incoming = message;
    }
    try {
      if (frame.hasPayload()) {
        message.add(frame.getPayload().slice());
      }
    } catch (Refusal e) {
      incoming = null;
      message.close();
      throw e;
    }
    if (!frame.isFin()) {
      return true;
    }
    incoming = null;
    lock.lock();
    try {
      if (isLeaving) {
        message.close();
        return false;
      }
      messages++;
      bytes += message.size();
      isFull = messages >= door.limits().messagesMax() || bytes >= door.limits().bytesMax();
      received.add(new Message(message, message.size(), isText));
      return !isFull;
    } finally {
      lock.unlock();
    }
  }

  @Override
  void look(long now) {
    IncomingMessage message = incoming;
    if (message != null && message.isTooSlow(now)) {
      throw Refusal.of(408, "too-slow", "The message did not come in time");
    }
  }

  @Override
  void leave() {
    leave(CloseStatus.SHUTDOWN, "the server stops");
  }

  /// Ends when all that came is answered.
  private void leave(int code, String reason) {
    boolean isDone;
    lock.lock();
    try {
      isLeaving = true;
      leavingCode = code;
      leavingReason = reason;
      isDone = messages == 0;
    } finally {
      lock.unlock();
    }
    if (isDone) {
      part(code, reason);
    }
  }

  @Override
  void gone() {
    takeLeave();
    IncomingMessage message = incoming;
    if (message != null) {
      message.close();
    }
    if (worked.getCount() == 0) {
      letGo();
    }
  }

  /// What was not begun will not be: who sent it is told nothing, and sends it again.
  private void takeLeave() {
    closed.countDown();
    received.add(new Message(premises.bodies().message(1, 0), -1, false));
  }

  private void push() {
    ProducerSockets.Key key = null;
    try {
      Dataset dataset = premises.dataset(terms.dataset());
      String producer = terms.producer();
      if (producer != null) {
        key = new ProducerSockets.Key(dataset.id(), source, producer);
      }
      long next = next(dataset, key);
      greet(dataset, key == null ? -1 : next);
      push(terms.from() < 0 ? next : terms.from());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      end(CloseStatus.SERVER_ERROR, "nobody takes the answers");
    } catch (RuntimeException | Error e) {
      begun.add(failed(NO_NUMBER, 0, e, true));
    } finally {
      begun.add(Begun.end());
      worked.countDown();
      if (key != null) {
        producers.leave(key, this);
      }
      letGo();
    }
  }

  private void letGo() {
    for (Message left = received.poll(); left != null; left = received.poll()) {
      left.incoming.close();
    }
  }

  /// The number that the next message has. Nobody else pushes in the name of the producer then.
  private long next(Dataset dataset, ProducerSockets.@Nullable Key key)
      throws InterruptedException {
    if (key == null) {
      return 1;
    }
    IngestSocket before = producers.enter(key, this);
    if (before != null) {
      before.end(TAKEN_OVER, "another connection of the producer goes on");
      before.takeLeave();
      boolean _ = before.worked.await(BEFORE_SECONDS_MAX, TimeUnit.SECONDS); // numbers are checked
    }
    Producer last =
        premises.live().dataset(dataset).takeOver(source, key.producer(), terms.epoch());
    long next = last == null ? 1 : last.sequence() + 1;
    if (terms.from() > next) {
      throw CatchwaterException.of(
              ErrorCode.SEQUENCE_GAP,
              "The first message has number " + terms.from() + ", expected=" + next)
          .withHint("send what is missing first, from " + next + " on");
    }
    return next;
  }

  private void greet(Dataset dataset, long next) throws IOException, InterruptedException {
    SocketLimits limits = door.limits();
    Tree.Fields hello =
        new Tree.Fields()
            .put("type", "hello")
            .put("dataset", dataset.name().toString())
            .put("source", source)
            .put("next", next < 0 ? null : next)
            .put(
                "window",
                new Tree.Fields()
                    .put("messages", (long) limits.messagesMax())
                    .put("bytes", limits.bytesMax()))
            .put("messageBytesMax", (long) limits.messageBytesMax());
    send(ByteBuffer.wrap(JsonBytes.of(hello, ANSWER_BYTES)));
  }

  /// Begins pushes in the order of messages, until nobody is there or one stops it.
  private void push(long first) throws InterruptedException {
    long number = first;
    while (closed.getCount() > 0) {
      Message message = received.take();
      if (message.size < 0) {
        return;
      }
      Begun next = begin(message, number);
      begun.add(next);
      if (next.code != 0) {
        return;
      }
      number++;
    }
  }

  private Begun begin(Message message, long number) throws InterruptedException {
    Admission.Ticket ticket = null;
    try (IncomingMessage incoming = message.incoming) {
      byte[] packed = incoming.bytes();
      if (message.isText) {
        requireUtf8(packed);
      }
      access().requireStillValid();
      Dataset dataset = premises.dataset(terms.dataset());
      ticket = admit(dataset, packed.length);
      Supplier<LiveReport> report = begin(dataset, packed, message.isText, number);
      Admission.Ticket own = ticket;
      ticket = null;
      return new Begun(
          number,
          message.size,
          () -> {
            try (Admission.Ticket _ = own) {
              return applied(number, dataset, report.get());
            }
          },
          0);
    } catch (CharacterCodingException e) {
      Refusal refusal = Refusal.of(400, "bad-encoding", "The text is no UTF-8");
      return new Begun(number, message.size, () -> failed(number, refusal), NOT_UTF8);
    } catch (RuntimeException | IOException | Error e) {
      if (e instanceof CatchwaterException known && known.code() == ErrorCode.DISK_FULL) {
        premises.admission().metFullDisk();
      }
      return failed(number, message.size, e, terms.stopsOnError());
    } finally {
      if (ticket != null) {
        ticket.close();
      }
    }
  }

  private static void requireUtf8(byte[] text) throws CharacterCodingException {
    for (byte each : text) {
      if (each < 0) {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        return;
      }
    }
  }

  private Supplier<LiveReport> begin(Dataset dataset, byte[] packed, boolean isOfText, long number)
      throws IOException {
    InputFormat format = terms.format() == null && isOfText ? InputFormat.NDJSON : terms.format();
    BodyReceiver.Packing packing = isOfText ? BodyReceiver.Packing.NONE : terms.packing();
    try (ReceivedBody body = premises.bodies().unpacked(packed, packing)) {
      PushRequest request =
          PushRequest.of(dataset, List.of(body.input()))
              .withSourceName(source)
              .withEventTime(terms.eventTime())
              .withInputFormat(format)
              .withEmptyAllowed(terms.allowsEmpty())
              .withStrict(terms.isStrict())
              .withQuarantine(premises.sieve(terms.setsAside()));
      String producer = terms.producer();
      PushIdentity identity =
          producer == null
              ? PushIdentity.of(body.hash())
              : new PushIdentity(null, new Producer(producer, terms.epoch(), number), body.hash());
      return premises.live().dataset(dataset).begin(request, identity, terms.waits());
    }
  }

  /// Lets a message in. Who pushes too much over a socket is not refused but kept waiting.
  private Admission.Ticket admit(Dataset dataset, int size) throws InterruptedException {
    long pause = PAUSE_NANOS_FIRST;
    boolean isCounted = false;
    while (true) {
      try {
        if (!isCounted) {
          premises.quotas().enter(terms::client, dataset.id(), size);
          isCounted = true;
        }
        Admission.Ticket ticket = premises.admission().enter(dataset.id(), size);
        ticket.received();
        return ticket;
      } catch (Refusal e) {
        boolean isPassing = e.status() == 429 || e.slug().equals("overloaded");
        if (!isPassing || closed.await(pause, TimeUnit.NANOSECONDS)) {
          throw e;
        }
        pause = Math.min(PAUSE_NANOS_MAX, 2 * pause);
      }
    }
  }

  /// Answers messages in their order, each when it is durable. When nobody listens any more the
  /// rest is waited for all the same.
  private void answer() {
    boolean isSilent = false;
    try {
      for (Begun next = begun.take(); next.number != END; next = begun.take()) {
        Tree.Fields answer;
        int code = next.code;
        try {
          answer = next.answer.get();
        } catch (RuntimeException | Error e) {
          Begun failed = failed(next.number, next.size, e, terms.stopsOnError());
          answer = failed.answer.get();
          code = failed.code;
        }
        isSilent = isSilent || !tell(next, answer, code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed.countDown();
    }
  }

  /// Sends an answer; whether others may follow.
  private boolean tell(Begun told, Tree.Fields answer, int code) throws InterruptedException {
    if (code != 0) {
      answer.put("stops", true);
    }
    try {
      send(ByteBuffer.wrap(JsonBytes.of(answer, ANSWER_BYTES)));
    } catch (IOException e) {
      end(CloseStatus.SERVER_ERROR, "nobody takes the answers");
      takeLeave();
      return false;
    }
    if (code != 0) {
      end(code, told.number < 0 ? "refused" : "message " + told.number + " was refused");
      return false;
    }
    answered(told.size);
    return true;
  }

  private void answered(int size) {
    boolean isRoom;
    boolean isDone;
    lock.lock();
    try {
      messages--;
      bytes -= size;
      isRoom =
          isFull
              && !isLeaving
              && messages < door.limits().messagesMax()
              && bytes < door.limits().bytesMax();
      isFull &= !isRoom;
      isDone = isLeaving && messages == 0;
    } finally {
      lock.unlock();
    }
    if (isDone) {
      part(leavingCode, leavingReason);
    } else if (isRoom) {
      ask();
    }
  }

  private Tree.Fields applied(long number, Dataset dataset, LiveReport live) {
    Tree.Fields fields = new Tree.Fields().put("type", "ack").put("message", number);
    if (live.isReplayed()) {
      fields.put("replayed", true);
    }
    boolean tellsAll = PushRights.tellsAll(premises, access(), dataset, live.sourceName());
    return PushAnswer.put(fields, dataset, live, terms.hasReceipts(), tellsAll);
  }

  /// A message that failed.
  ///
  /// @param isLast whether the socket ends with it
  private Begun failed(long number, int size, Throwable failure, boolean isLast) {
    Refusal refusal = Problems.refusal(failure);
    boolean isOver = isLast || refusal.status() == 401;
    return new Begun(number, size, () -> failed(number, failure), isOver ? code(refusal) : 0);
  }

  private static int code(Refusal refusal) {
    return switch (refusal.status()) {
      case 401 -> CloseStatus.POLICY_VIOLATION;
      case 409 -> refusal.slug().equals("producer-fenced") ? TAKEN_OVER : STOPPED;
      case 500 -> CloseStatus.SERVER_ERROR;
      case 503, 507 -> CloseStatus.TRY_AGAIN_LATER;
      default -> STOPPED;
    };
  }

  private Tree.Fields failed(long number, Throwable failure) {
    return new Tree.Fields()
        .put("type", "error")
        .put("message", number < 0 ? null : number)
        .put("outcome", PushAnswer.outcome(failure))
        .put("problem", Problems.document(Problems.refusal(failure), null, terms.requestId()));
  }
}
