package dev.catchwater.cli.resident;

import dev.catchwater.cli.Cli;
import dev.catchwater.cli.resident.FrameChannel.Frame;
import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.ErrorText;
import dev.catchwater.cli.terminal.Interruption;
import dev.catchwater.cli.terminal.Terminals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One client: its request, and the command that runs for it. The thread that calls [#serve()]
/// receives what the client sends until it goes; the command has a thread of its own.
final class Connection {
  private static final int FAILED = 1;
  private static final String BROKEN_PIPE = "Broken pipe";

  private final Engine engine;
  private final FrameChannel frames;
  private final ClientInput in;
  private final ClientOutput out;
  private final ClientOutput err;
  private final Interruption interruption = new Interruption();
  private final Semaphore synced = new Semaphore(0);

  Connection(Engine engine, FrameChannel frames) {
    this.engine = engine;
    this.frames = frames;
    this.in = new ClientInput(frames);
    this.out = new ClientOutput(frames, FrameChannel.OUT);
    this.err = new ClientOutput(frames, FrameChannel.ERR);
  }

  /// Answers the client until it goes.
  void serve() {
    try (frames) {
      Frame first = frames.receive();
      if (first == null) {
        return;
      }
      switch (first.kind()) {
        case FrameChannel.REQUEST -> command(first.payload());
        case FrameChannel.STATUS -> frames.send(FrameChannel.STATUS, bytes(engine.status()));
        case FrameChannel.RELEASE -> {
          engine.release(new String(first.payload(), StandardCharsets.UTF_8));
          frames.send(FrameChannel.RELEASE);
        }
        case FrameChannel.CLOCK -> frames.send(FrameChannel.CLOCK, bytes(engine.acceptClock()));
        case FrameChannel.QUIT -> frames.send(FrameChannel.QUIT, bytes(engine.quit()));
        default -> frames.send(FrameChannel.REFUSED, bytes("a request of another kind"));
      }
    } catch (IOException e) {
      // The client is gone, or is no client of ours: whatever runs for it has been told.
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void command(byte[] payload) throws IOException {
    CommandRequest request;
    String refusal;
    try {
      request = CommandRequest.parse(payload);
      refusal = engine.begin(request, interruption);
    } catch (IOException e) {
      frames.send(FrameChannel.REFUSED, bytes(String.valueOf(e.getMessage())));
      return;
    }
    if (refusal != null) {
      frames.send(FrameChannel.REFUSED, bytes(refusal));
      return;
    }
    boolean isRunning = false;
    try {
      frames.send(FrameChannel.BEGUN);
      engine.execute(() -> run(request));
      isRunning = true;
    } finally {
      if (!isRunning) {
        engine.end(interruption);
      }
    }
    try {
      for (Frame frame = frames.receive(); frame != null; frame = frames.receive()) {
        take(frame);
      }
    } finally {
      interruption.interrupt();
      in.cut();
      out.fail(BROKEN_PIPE);
      synced.release();
    }
  }

  private void take(Frame frame) throws IOException {
    switch (frame.kind()) {
      case FrameChannel.INPUT, FrameChannel.INPUT_FAILED, FrameChannel.AVAILABLE ->
          in.answer(frame);
      case FrameChannel.OUTPUT_FAILED ->
          out.fail(new String(frame.payload(), StandardCharsets.UTF_8));
      case FrameChannel.SYNC -> synced.release();
      default -> throw new IOException("a frame of kind " + frame.kind());
    }
  }

  private void run(CommandRequest request) {
    String[] words = request.words().toArray(new String[0]);
    Terminals terminals = Terminals.parse(request.terminals(), request.environment()).of(words);
    Console console = new Console(err, terminals, interruption);
    int code = FAILED;
    try {
      code =
          Cli.run(
              words,
              in,
              out,
              console,
              terminals,
              request.environment(),
              Path.of(request.folder()),
              engine.clock(),
              engine.disk(),
              engine.live());
      code = settled(code, console);
    } finally {
      // Whatever still reads ahead for the command ends here, as it would with its process.
      in.cut();
      exit(code);
      engine.end(interruption);
    }
  }

  /// The exit code, when the client has written everything: a command whose last words could not be
  /// written has failed, as it has in a process of its own.
  private int settled(int code, Console console) {
    if (!out.isUsed()) {
      return code;
    }
    try {
      frames.send(FrameChannel.SYNC);
      synced.acquireUninterruptibly();
    } catch (IOException e) {
      return FAILED;
    }
    @Nullable String failure = out.failure();
    if (failure == null || code != 0) {
      return code;
    }
    if (!failure.equals(BROKEN_PIPE)) {
      ErrorText.print(console, new IOException(failure), false);
    }
    return FAILED;
  }

  private void exit(int code) {
    try {
      frames.send(FrameChannel.EXIT, (byte) code);
    } catch (IOException e) {
      // Nobody is there to be told.
    }
  }
}
