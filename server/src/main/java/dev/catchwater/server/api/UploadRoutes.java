package dev.catchwater.server.api;

import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.body.FilePart;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The upload of a file in kamu's three steps (kamu-behaviour §3.2); the third is the push.
final class UploadRoutes {
  private static final String PARTIAL = "application/partial-upload";

  private final Premises premises;

  UploadRoutes(Premises premises) {
    this.premises = premises;
  }

  /// `POST /platform/file/upload/prepare`
  Answer prepare(Call call) throws IOException {
    call.access().requireAnywhere(Scope.APPEND);
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
    String token = premises.uploads().prepare(fileName, length, mediaType, call.access());
    premises.admission().requireRoom(length);
    return Answer.json(
        new Tree.Fields()
            .put(
                "uploadUrl",
                call.scheme() + "://" + call.header("Host") + "/platform/file/upload/" + token)
            .put("method", "POST")
            .put("useMultipart", true)
            .put("headers", headers(call))
            .put("fields", new Tree.Items(List.of()))
            .put("uploadToken", token));
  }

  // As kamu has it: what the client has to send along with the file.
  private static Tree headers(Call call) {
    String own = call.header("Authorization");
    return own == null || call.access().isOpen()
        ? new Tree.Items(List.of())
        : new Tree.Items(List.of(Tree.texts(List.of("Authorization", own))));
  }

  /// `POST /platform/file/upload/{token}`
  Answer receive(Call call) throws IOException {
    String token = call.segment("token");
    Uploads.Upload upload = premises.uploads().read(token, call.access());
    premises.admission().requireRoom(upload.length());
    try (InputStream file = FilePart.open(call, premises.bodies().paced(call))) {
      premises.uploads().keep(upload, file);
    }
    call.access().requireStillValid();
    return Answer.json(new Tree.Fields().put("uploadToken", token));
  }

  /// `PATCH /platform/file/upload/{token}`: goes on behind what came, as the draft on resumable
  /// uploads for HTTP has it. What came stays, also where this is cut off.
  Answer append(Call call) throws IOException {
    Uploads.Upload upload = premises.uploads().read(call.segment("token"), call.access());
    String type = call.header("Content-Type");
    if (!PARTIAL.equals(type)) {
      throw Refusal.of(
              415, "unsupported-media-type", "The Content-Type of a part of a file is " + PARTIAL)
          .withHeader("Accept-Patch", PARTIAL);
    }
    long from = offset(call);
    if (call.bodyLength() > upload.length() - from) {
      throw Refusal.of(
              413,
              "body-too-large",
              "The file would be longer than " + upload.length() + " bytes, as declared")
          .closing();
    }
    premises.admission().requireRoom(upload.length() - from);
    UploadFile file = premises.uploads().file(upload);
    long received = file.append(premises.bodies().paced(call), from);
    call.access().requireStillValid();
    if ("?1".equals(call.header("Upload-Complete")) && received != upload.length()) {
      throw Refusal.of(
              400,
              "length-mismatch",
              "Actual content length "
                  + received
                  + " does not match the initially declared length "
                  + upload.length())
          .withHeader("Upload-Offset", Long.toString(received));
    }
    return state(Answer.empty(), upload, received);
  }

  private static long offset(Call call) {
    String header = call.header("Upload-Offset");
    try {
      if (header != null && !header.startsWith("+") && Long.parseLong(header) >= 0) {
        return Long.parseLong(header);
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a header that is missing.
    }
    throw Refusal.of(
        400, "bad-header", "The header Upload-Offset says at which byte the part begins");
  }

  private static Answer state(Answer answer, Uploads.Upload upload, long received) {
    return answer
        .withHeader("Upload-Offset", Long.toString(received))
        .withHeader("Upload-Length", Long.toString(upload.length()))
        .withHeader("Upload-Complete", received == upload.length() ? "?1" : "?0");
  }

  /// `GET /platform/file/upload/{token}`, and by `HEAD` how much of the file is there.
  Answer file(Call call) throws IOException {
    Uploads.Upload upload = premises.uploads().read(call.segment("token"), call.access());
    if (call.isHead()) {
      long received = premises.uploads().file(upload).received();
      return state(Answer.empty(), upload, received);
    }
    UploadFile file = premises.uploads().whole(upload);
    return Answer.stream(
            "application/octet-stream",
            out -> {
              try (InputStream in = file.open()) {
                in.transferTo(out);
              }
            })
        .withLength(upload.length());
  }

  /// `DELETE /platform/file/upload/{token}`
  Answer delete(Call call) throws IOException {
    premises.uploads().file(premises.uploads().read(call.segment("token"), call.access())).delete();
    return Answer.empty();
  }
}
