package dev.catchwater.cli.resident;

import dev.catchwater.cli.Cli;
import dev.catchwater.cli.resident.FrameChannel.Frame;
import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.LocalDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A command of a process that found the socket of an engine: handed over, like the launcher's
/// client does it, or run here where the engine does not take it. Loaded by such processes only.
public final class EngineCommand {
  /// Set where the launcher has asked already: why the engine did not take the command.
  private static final String COLD = "CW_COLD";

  private static final int FAILED = 1;
  private static final String[] VARIABLES = {
    "HOME", "XDG_STATE_HOME", "NO_COLOR", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "HADOOP_USER_NAME"
  };

  private final FrameChannel frames;
  private final InputStream in;
  private final OutputStream out;
  private final OutputStream err;
  private @Nullable String outFailure;
  private boolean isBegun;

  private EngineCommand(FrameChannel frames, InputStream in, OutputStream out, OutputStream err) {
    this.frames = frames;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /// Runs a command line of this process.
  ///
  /// @param terminals the digits of the streams that are terminals
  /// @param root the `.catchwater` folder that has the socket
  /// @return the exit code
  public static int run(
      String[] words,
      InputStream in,
      OutputStream out,
      OutputStream err,
      String terminals,
      Map<String, String> environment,
      Path folder,
      Path root) {
    if (environment.getOrDefault(COLD, "").isEmpty()) {
      OptionalInt code =
          handOver(words, in, out, err, terminals, environment, folder.toAbsolutePath(), root);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    Terminals seen = Terminals.parse(terminals, environment).of(words);
    return Cli.run(
        words,
        in,
        out,
        new Console(err, seen),
        seen,
        environment,
        folder,
        InstantSource.system(),
        new EngineDisk(new LocalDisk(), id -> EngineClient.release(root, id)),
        null);
  }

  private static OptionalInt handOver(
      String[] words,
      InputStream in,
      OutputStream out,
      OutputStream err,
      String terminals,
      Map<String, String> environment,
      Path folder,
      Path root) {
    try (FrameChannel frames = new FrameChannel(EngineSocket.connect(EngineSocket.of(root)))) {
      ProcessWorld world = ProcessWorld.ofThisProcess();
      CommandRequest request =
          new CommandRequest(
              System.getProperty(EngineSettings.BUILD, ""),
              world.namespace(),
              world.rootFolder(),
              world.mask(),
              folder.toString(),
              terminals,
              List.of(words),
              variables(environment));
      frames.send(FrameChannel.REQUEST, request.bytes());
      return new EngineCommand(frames, in, out, err).run();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  private static Map<String, String> variables(Map<String, String> environment) {
    Map<String, String> variables = new TreeMap<>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.startsWith("CATCHWATER_") || name.startsWith("AWS_")) {
        variables.put(variable.getKey(), variable.getValue());
      }
    }
    for (String name : VARIABLES) {
      String value = environment.get(name);
      if (value != null) {
        variables.put(name, value);
      }
    }
    return variables;
  }

  /// The exit code; empty where the engine did not begin.
  private OptionalInt run() throws IOException {
    try {
      for (Frame frame = frames.receive(); frame != null; frame = frames.receive()) {
        switch (frame.kind()) {
          case FrameChannel.EXIT -> {
            return OptionalInt.of(frame.payload()[0] & 0xff);
          }
          case FrameChannel.REFUSED -> {
            return OptionalInt.empty();
          }
          default -> take(frame);
        }
      }
    } catch (IOException e) {
      if (!isBegun) {
        throw e;
      }
    }
    if (isBegun) {
      String lost =
          "Error: The engine ended before the command did: what it changed is not known\n";
      err.write(lost.getBytes(StandardCharsets.UTF_8));
      return OptionalInt.of(FAILED);
    }
    return OptionalInt.empty();
  }

  private void take(Frame frame) throws IOException {
    switch (frame.kind()) {
      case FrameChannel.BEGUN -> isBegun = true;
      case FrameChannel.OUT -> print(frame.payload());
      case FrameChannel.ERR -> err.write(frame.payload());
      case FrameChannel.SYNC -> frames.send(FrameChannel.SYNC);
      case FrameChannel.ASK -> frames.sendNumber(FrameChannel.AVAILABLE, available());
      case FrameChannel.NEED -> {
        int most = ByteBuffer.wrap(frame.payload()).getInt();
        // Beside this one, which goes on to print what the engine says meanwhile.
        Thread.ofPlatform().daemon().name("stdin").start(() -> read(most));
      }
      default -> throw new IOException("a frame of kind " + frame.kind());
    }
  }

  private void print(byte[] bytes) throws IOException {
    if (outFailure == null) {
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        String reason = String.valueOf(e.getMessage());
        outFailure = reason;
        frames.send(FrameChannel.OUTPUT_FAILED, reason.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private int available() {
    try {
      return in.available();
    } catch (IOException e) {
      return 0; // what is wrong, the reading says
    }
  }

  private void read(int most) {
    try {
      byte[] bytes = new byte[most];
      int count;
      try {
        count = in.read(bytes, 0, most);
      } catch (IOException e) {
        String reason = String.valueOf(e.getMessage());
        frames.send(FrameChannel.INPUT_FAILED, reason.getBytes(StandardCharsets.UTF_8));
        return;
      }
      frames.send(FrameChannel.INPUT, bytes, 0, Math.max(0, count));
    } catch (IOException e) {
      // The engine is gone: the one who receives says so.
    }
  }
}
