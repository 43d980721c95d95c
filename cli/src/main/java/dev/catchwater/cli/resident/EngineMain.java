package dev.catchwater.cli.resident;

import dev.catchwater.disk.LocalDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// The process of an engine that the command line keeps. Started by the launcher in the background;
/// ends when nobody uses it.
public final class EngineMain {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private EngineMain() {}

  /// Keeps an engine for the workspace whose `.catchwater` folder is the argument. Ends at once
  /// where there is one.
  public static void main(String[] words) throws InterruptedException {
    EngineSettings settings = EngineSettings.ofThisProcess(Path.of(words[0]), EngineSettings.IDLE);
    Optional<Engine> started =
        Engine.start(settings, new LocalDisk(), InstantSource.system(), null);
    if (started.isPresent()) {
      Engine engine = started.get();
      Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
      while (!engine.awaitQuit(LOOK) && !engine.isDone()) {
        // The look is in the condition.
      }
      engine.close();
    }
    Runtime.getRuntime().halt(0);
  }
}
