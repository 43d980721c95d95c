package dev.catchwater.ingest;

import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the beginning of an input that somebody still writes (standard input, a body, an address)
/// before the dataset is locked: whoever types a row, or a device that sends one a minute, must not
/// keep other writers out. What fits the limit is read to its end; only the rest of a longer input
/// is read under the lock.
final class EarlyRead {
  /// Bytes taken from an input before the lock.
  static final int BYTES_MAX = 1 << 20;

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
      byte[] head = head(in);
      List<PushInput> inputs = new ArrayList<>(request.inputs());
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
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

  private static byte[] head(InputStream in) throws IOException {
    byte[] head = new byte[BYTES_AT_FIRST];
    int count = 0;
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

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException _) {
      // What went wrong first is what is told.
    }
  }
}
