package dev.catchwater.server.api;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.FolderRepository;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A dataset as an ODF simple repository (odf-format §1.3): as it lies on the disk, so that anyone
/// can copy and verify it. Only sealed rows are in it.
final class CopyRoutes {
  private static final String BYTES = "application/octet-stream";
  private static final int BUFFER_BYTES = 64 << 10;

  private final Premises premises;

  CopyRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `GET /{dataset}/refs/{ref}`
  Answer reference(Call call) {
    Dataset dataset = premises.dataset(call);
    if (!call.segment("ref").equals("head")) {
      throw notFound();
    }
    return Answer.text(200, "text/plain", dataset.head().toString());
  }

  /// `GET /{dataset}/blocks/{hash}`
  Answer block(Call call) throws IOException {
    FolderRepository repository = repository(call);
    return file(repository, repository.block(hash(call)));
  }

  /// `GET /{dataset}/data/{hash}`
  Answer data(Call call) throws IOException {
    FolderRepository repository = repository(call);
    return file(repository, repository.data(hash(call)));
  }

  /// `GET /{dataset}/checkpoints/{hash}`
  Answer checkpoint(Call call) throws IOException {
    FolderRepository repository = repository(call);
    return file(repository, repository.checkpoint(hash(call)));
  }

  private FolderRepository repository(Call call) {
    Dataset dataset = premises.dataset(call);
    return new FolderRepository(dataset.disk(), dataset.folder());
  }

  private static Multihash hash(Call call) {
    try {
      return Multihash.parse(call.segment("hash"));
    } catch (CatchwaterException e) {
      throw notFound();
    }
  }

  private static Refusal notFound() {
    return Refusal.of(404, ErrorCode.OBJECT_NOT_FOUND.slug(), "There is no such object");
  }

  private static Answer file(FolderRepository repository, Path path) throws IOException {
    DiskFile file;
    try {
      file = repository.disk().openForRead(path);
    } catch (NoSuchFileException e) {
      throw notFound();
    }
    boolean handedOver = false;
    try {
      long size = file.size();
      Answer answer =
          Answer.stream(BYTES, file, out -> copy(file, size, out))
              .withLength(size)
              .withHeader("Cache-Control", "max-age=31536000, immutable");
      handedOver = true;
      return answer;
    } finally {
      if (!handedOver) {
        file.close();
      }
    }
  }

  private static void copy(DiskFile file, long size, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long at = 0;
    while (at < size) {
      int count = file.read(buffer, 0, (int) Math.min(buffer.length, size - at), at);
      if (count <= 0) {
        throw new IOException("the file became shorter while it was sent");
      }
      out.write(buffer, 0, count);
      at += count;
    }
  }
}
