package dev.catchwater.cli.resident;

import dev.catchwater.cli.resident.FrameChannel.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Questions to the engine of a workspace that are no commands. Understood by engines of every
/// build. Thread-safe.
public final class EngineClient {
  private static final Duration RELEASE_WAIT = Duration.ofSeconds(1);

  private EngineClient() {}

  /// What the engine tells about itself, one `name value` a line; empty where none answers.
  ///
  /// @param root the `.catchwater` folder
  public static Optional<String> status(Path root) {
    return ask(root, FrameChannel.STATUS, "");
  }

  /// Asks the engine to end and waits until it has; the text says why it does not, empty where it
  /// did. Empty where none answers.
  public static Optional<String> quit(Path root) {
    return ask(root, FrameChannel.QUIT, "");
  }

  /// Asks the engine to seal what a dataset holds and to let its lock go, and waits until it has,
  /// at most a second: an engine that stands still, or seals for long, must not hold up whoever has
  /// a lock to wait for. Does nothing where there is none.
  ///
  /// @param id the dataset's, as files are named by it
  public static void release(Path root, String id) {
    Thread asking =
        Thread.ofPlatform()
            .daemon()
            .name("release " + id)
            .start(() -> ask(root, FrameChannel.RELEASE, id));
    try {
      asking.join(RELEASE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tells the server of a workspace that the clock of the machine is right: pushes that it refused
  /// as `clock-suspect` are taken. What the clock says; empty where no server runs.
  public static Optional<String> acceptClock(Path root) {
    return ask(root, FrameChannel.CLOCK, "").filter(said -> !said.isEmpty());
  }

  private static Optional<String> ask(Path root, byte question, String text) {
    Path socket = EngineSocket.of(root);
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    try (FrameChannel frames = new FrameChannel(EngineSocket.connect(socket))) {
      frames.send(question, text.getBytes(StandardCharsets.UTF_8));
      Frame answer = frames.receive();
      // A process that ends may close before its answer is out.
      byte[] payload = answer == null ? new byte[0] : answer.payload();
      return Optional.of(new String(payload, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
