package dev.catchwater.cli.command;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Unpredictable numbers from the system, whose generator is only set up by the first of them: most
/// pushes need none.
final class LateRandom implements RandomGenerator {
  private @Nullable SecureRandom random;

  @Override
  public synchronized long nextLong() {
    SecureRandom source = random;
    if (source == null) {
      source = new SecureRandom();
      random = source;
    }
    return source.nextLong();
  }
}
