package dev.catchwater.ingest.live.clock;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/// How long the machine was suspended: Linux counts in `/proc/uptime` the time since it was started
/// with the time it slept, and the clock that never jumps (`CLOCK_MONOTONIC`, see `man 2
/// clock_gettime`) without it. Elsewhere nothing is known. Thread-safe.
public final class MachineSleep {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final int BYTES_MAX = 64;
  private static final long NANOS = 1_000_000_000;

  private final Disk disk;

  /// @param disk where the kernel's files are
  public MachineSleep(Disk disk) {
    this.disk = disk;
  }

  /// Nanoseconds that grow by what the machine sleeps, and by nothing else but for a hundredth of a
  /// second; only differences mean anything. Empty where the system does not tell.
  ///
  /// @param now the clock that never jumps
  public OptionalLong nanos(long now) {
    byte[] text = new byte[BYTES_MAX];
    int length;
    try (DiskFile file = disk.openForRead(UPTIME)) {
      // A file of the kernel has no size before it is read.
      length = file.read(text, 0, text.length, 0);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    long value = 0;
    long unit = 0;
    for (int i = 0; i < length && text[i] != ' '; i++) {
      if (text[i] == '.' && unit == 0) {
        unit = NANOS;
      } else if (text[i] >= '0' && text[i] <= '9' && unit != 1) {
        value = value * 10 + text[i] - '0';
        unit /= 10;
      } else {
        return OptionalLong.empty();
      }
    }
    return unit <= 1 ? OptionalLong.empty() : OptionalLong.of(value * unit - now);
  }
}
