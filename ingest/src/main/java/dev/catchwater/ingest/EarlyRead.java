package dev.catchwater.ingest;

import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the beginning of an input that somebody still writes (standard input, a body, an address)
/// before the dataset is locked: whoever types a row, or a device that sends one a minute, must not
/// keep other writers out. What fits the limit is read to its end. The rest of a longer input is
/// read under the lock where it comes as fast as a file; one that is slower is first written to a
/// file without a name in the system's folder for temporary files.
final class EarlyRead {
  /// Bytes taken from an input before the lock.
  static final int BYTES_MAX = 1 << 20;

  /// Bytes a second that an input must come with to be read under the lock.
  static final long BYTES_A_SECOND_MIN = 16 << 20;

  private static final int BYTES_AT_FIRST = 8_192;

  private EarlyRead() {}

  /// The same request, its first input read ahead if it is no local file. Waits for the input.
  ///
  /// @throws CatchwaterException what is wrong with the source, before anything is waited for, or
  ///   with the input
  static PushRequest of(PushRequest request) {
    PushInput first = request.inputs().getFirst();
    if (first.size() >= 0) {
      return request;
    }
    InputStream in = first.open();
    boolean isRead = false;
    try {
      if (in.available() == 0) {
        SourceChoice.of(request.dataset().state(), request.sourceName());
      }
      int start = in.read();
      long started = System.nanoTime();
      byte[] head = start < 0 ? new byte[0] : head(in, (byte) start);
      boolean isSlow = isSlow(head.length, System.nanoTime() - started);
      InputStream rest = head.length == BYTES_MAX && isSlow ? spooled(in) : in;
      List<PushInput> inputs = new ArrayList<>(request.inputs());
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), rest);
      inputs.set(0, PushInput.stream(first.name(), whole));
      isRead = true;
      return request.withInputs(inputs);
    } catch (IOException e) {
      throw first.unreadable(e);
    } finally {
      if (!isRead) {
        close(in);
      }
    }
  }

  /// The same request, its only input in memory if it ends within `bytesMax` bytes.
  static PushRequest of(PushRequest request, int bytesMax) {
    PushInput first = request.inputs().getFirst();
    if (first.size() >= 0 || request.inputs().size() > 1) {
      return request;
    }
    InputStream in = first.open();
    boolean isRead = false;
    try {
      byte[] head = in.readNBytes(bytesMax + 1);
      if (head.length <= bytesMax) {
        return request.withInputs(List.of(PushInput.bytes(first.name(), head)));
      }
      isRead = true;
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
      return request.withInputs(List.of(PushInput.stream(first.name(), whole)));
    } catch (IOException e) {
      throw first.unreadable(e);
    } finally {
      if (!isRead) {
        close(in);
      }
    }
  }

  /// Whether whoever writes the input is slower than a file.
  static boolean isSlow(long bytes, long nanos) {
    return bytes * 1_000_000_000.0 / Math.max(1, nanos) < BYTES_A_SECOND_MIN;
  }

  private static byte[] head(InputStream in, byte start) throws IOException {
    byte[] head = new byte[BYTES_AT_FIRST];
    head[0] = start;
    int count = 1;
    while (count < BYTES_MAX) {
      if (count == head.length) {
        head = Arrays.copyOf(head, Math.min(head.length * 4, BYTES_MAX));
      }
      int got = in.read(head, count, head.length - count);
      if (got < 0) {
        break;
      }
      count += got;
    }
    return Arrays.copyOf(head, count);
  }

  private static InputStream spooled(InputStream in) throws IOException {
    Path folder = Files.createTempDirectory("catchwater-");
    Path path = folder.resolve("input");
    try (in) {
      try (OutputStream out = Files.newOutputStream(path)) {
        in.transferTo(out);
      }
      return Files.newInputStream(path);
    } finally {
      // Where it is open it stays readable, and whatever happens nothing is left of it.
      Files.deleteIfExists(path);
      Files.delete(folder);
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException _) {
      // What went wrong first is what is told.
    }
  }
}
