package dev.catchwater.server.api;

import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.body.FilePart;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The upload of a file in kamu's three steps (kamu-behaviour §3.2); the third is the push.
final class UploadRoutes {
  private final Premises premises;

  UploadRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `POST /platform/file/upload/prepare`
  Answer prepare(Call call) throws IOException {
    String fileName = call.parameter("fileName");
    if (fileName == null || fileName.isEmpty()) {
      throw Refusal.of(400, "bad-argument", "The query parameter 'fileName' is missing");
    }
    if (call.parameter("contentLength") == null) {
      throw Refusal.of(400, "bad-argument", "The query parameter 'contentLength' is missing");
    }
    String mediaType = call.parameter("contentType");
    if (mediaType != null) {
      IngestHead.format(mediaType);
    }
    long length = call.number("contentLength", 0, Long.MAX_VALUE);
    String token = premises.uploads().prepare(fileName, length, mediaType);
    return Answer.json(
        new Tree.Fields()
            .put("uploadUrl", "http://" + call.header("Host") + "/platform/file/upload/" + token)
            .put("method", "POST")
            .put("useMultipart", true)
            .put("headers", new Tree.Items(List.of()))
            .put("fields", new Tree.Items(List.of()))
            .put("uploadToken", token));
  }

  /// `POST /platform/file/upload/{token}`
  Answer receive(Call call) throws IOException {
    String token = call.segment("token");
    Uploads.Upload upload = premises.uploads().read(token);
    try (InputStream file = FilePart.open(call)) {
      premises.uploads().keep(upload, file);
    }
    return Answer.json(new Tree.Fields().put("uploadToken", token));
  }

  /// `GET /platform/file/upload/{token}`
  Answer file(Call call) throws IOException {
    Path file = premises.uploads().file(call.segment("token"));
    return Answer.stream("application/octet-stream", out -> Files.copy(file, out))
        .withLength(Files.size(file));
  }
}
