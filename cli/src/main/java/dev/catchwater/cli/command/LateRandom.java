package dev.catchwater.cli.command;

import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Unpredictable numbers from the system's generator, which is only opened when one is asked for:
/// most pushes need none. Where the system has no file for it, from the JDK's, which takes a cold
/// process milliseconds to set up.
final class LateRandom implements RandomGenerator {
  private static final String SYSTEM = "/dev/urandom";

  private @Nullable SecureRandom random;

  @Override
  public synchronized long nextLong() {
    SecureRandom source = random;
    if (source == null) {
      try (FileInputStream system = new FileInputStream(SYSTEM)) {
        byte[] bytes = new byte[Long.BYTES];
        if (system.readNBytes(bytes, 0, bytes.length) == bytes.length) {
          long number = 0;
          for (byte one : bytes) {
            number = number << 8 | (one & 0xff);
          }
          return number;
        }
      } catch (IOException e) {
        // No such file, or it cannot be read: the JDK knows other ways.
      }
      source = new SecureRandom();
      random = source;
    }
    return source.nextLong();
  }
}
