package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.read.PushInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The inputs of a push that may be read more than once: what comes as a stream is copied into a
/// file in the system's folder for temporary files, which goes when this is closed. Used by one
/// thread.
public final class RepeatedInputs implements Closeable {
  private final PushRequest request;
  private final List<Path> copies;

  private RepeatedInputs(PushRequest request, List<Path> copies) {
    this.request = request;
    this.copies = copies;
  }

  /// The inputs of a request, copied where its rows may be put into quarantine and an input is a
  /// stream.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `STORAGE_FAILED` if an input cannot be
  ///   read
  public static RepeatedInputs of(PushRequest request) {
    if (request.quarantine() == null) {
      return new RepeatedInputs(request, List.of());
    }
    List<Path> copies = new ArrayList<>(0);
    List<PushInput> inputs = new ArrayList<>(request.inputs().size());
    for (PushInput input : request.inputs()) {
      inputs.add(input.isRepeatable() ? input : copied(input, copies));
    }
    return new RepeatedInputs(
        copies.isEmpty() ? request : request.withInputs(inputs), List.copyOf(copies));
  }

  private static PushInput copied(PushInput input, List<Path> copies) {
    try (InputStream in = input.open()) {
      Path copy = Files.createTempFile("catchwater-", ".input");
      copies.add(copy);
      try (OutputStream out = Files.newOutputStream(copy)) {
        in.transferTo(out);
      }
      return new PushInput(input.name(), Files.size(copy), true, () -> Files.newInputStream(copy));
    } catch (IOException e) {
      throw input.unreadable(e);
    }
  }

  /// The request with these inputs.
  public PushRequest request() {
    return request;
  }

  @Override
  public void close() {
    for (Path copy : copies) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException _) {
        // The system clears its folder for temporary files.
      }
    }
  }
}
